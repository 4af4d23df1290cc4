package espalier.table;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.ExpressionWithUnresolvedIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistryBase;
import org.apache.spark.sql.catalyst.analysis.TableFunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunctionName;
import org.apache.spark.sql.catalyst.analysis.UnresolvedGenerator;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.analysis.UnresolvedTableOrView;
import org.apache.spark.sql.catalyst.analysis.UnresolvedTableValuedFunction;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.jspecify.annotations.Nullable;
import scala.Product;
import scala.collection.Iterable;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Tells a query over the views of {@link StudyCatalog} from all that would change something, read something else, or run code. It goes by Spark's plans
 * and knows what is allowed: a statement that a later Spark adds is refused.
 */
final class QueryGuard {
    private static final String SPARK = "org.apache.spark.sql.";

    /** What Spark's parser makes of queries, and of SHOW, DESCRIBE and EXPLAIN. */
    private static final Set<String> STATEMENTS = Set.of(
            "Aggregate",
            "DescribeColumn",
            "DescribeFunction",
            "DescribeQueryCommand",
            "DescribeRelation",
            "Distinct",
            "Except",
            "ExplainCommand",
            "Filter",
            "Generate",
            "GlobalLimit",
            "Intersect",
            "Join",
            "LateralJoin",
            "LocalLimit",
            "Offset",
            "OneRowRelation",
            "Pivot",
            "Project",
            "RepartitionByExpression",
            "Sample",
            "ShowColumns",
            "ShowFunctions",
            "ShowTables",
            "ShowViews",
            "Sort",
            "SubqueryAlias",
            "Union",
            "UnresolvedFunctionName",
            "UnresolvedHaving",
            "UnresolvedHint",
            "UnresolvedInlineTable",
            "UnresolvedNamespace",
            "UnresolvedRelation",
            "UnresolvedSubqueryColumnAliases",
            "UnresolvedTVFAliases",
            "UnresolvedTableOrView",
            "UnresolvedTableValuedFunction",
            "UnresolvedWith",
            "Unpivot",
            "WithWindowDefinition");

    /** Where rows may come from, apart from the views. */
    private static final Set<String> SOURCES = Set.of("CTERelationRef", "LocalRelation", "OneRowRelation", "Range");

    /** Functions of Spark that call any static method of Java, or open what a document type of XML names. */
    private static final Set<String> REFUSED_FUNCTIONS = Set.of(
            "reflect",
            "java_method",
            "try_reflect",
            "xpath",
            "xpath_boolean",
            "xpath_double",
            "xpath_float",
            "xpath_int",
            "xpath_long",
            "xpath_number",
            "xpath_short",
            "xpath_string");

    private static final List<String> VIEWS =
            Arrays.stream(ResultTable.values()).map(ResultTable::tableName).toList();

    private QueryGuard() {}

    /**
     * Looks at a statement before Spark looks anything up for it.
     *
     * @throws IllegalArgumentException with one line that names what is not allowed
     */
    static void checkStatement(LogicalPlan parsed) {
        walk(parsed, part -> {
            checkPart(part);
            return true;
        });
    }

    /**
     * Looks at where a query's rows would come from, before it is run. A SHOW, DESCRIBE or EXPLAIN reads no rows.
     *
     * @throws IllegalArgumentException with one line that names what is not allowed
     */
    static void checkSources(LogicalPlan analyzed) {
        walk(analyzed, part -> {
            if (part instanceof Command || (part instanceof View view && isOurs(view))) {
                return false;
            }
            boolean source = part instanceof LogicalPlan plan && plan.children().isEmpty();
            if (source && !isOneOf(SOURCES, (LogicalPlan) part)) {
                throw otherTable(((LogicalPlan) part).nodeName());
            }
            return !source;
        });
    }

    private static void checkPart(Object part) {
        if (part instanceof LogicalPlan plan && !isOneOf(STATEMENTS, plan)) {
            throw new IllegalArgumentException("a statement with "
                    + plan.getClass().getSimpleName().replaceAll("Command$|Statement$", "")
                    + " is refused, because the result tables are only read here:"
                    + " use one SELECT, WITH, SHOW, DESCRIBE or EXPLAIN");
        }
        if (part instanceof UnresolvedRelation relation) {
            checkTable(relation.multipartIdentifier());
        } else if (part instanceof UnresolvedTableOrView table) {
            checkTable(table.multipartIdentifier());
            checkView(table.multipartIdentifier().head());
        } else if (part instanceof UnresolvedFunction function) {
            checkFunction(FunctionRegistry$.MODULE$.builtin(), function.nameParts());
        } else if (part instanceof UnresolvedFunctionName function) {
            checkFunction(FunctionRegistry$.MODULE$.builtin(), function.multipartIdentifier());
        } else if (part instanceof UnresolvedGenerator generator) {
            checkFunction(FunctionRegistry$.MODULE$.builtin(), generator.name());
        } else if (part instanceof UnresolvedTableValuedFunction function) {
            checkFunction(TableFunctionRegistry$.MODULE$.builtin(), function.name());
        } else if (part instanceof ExpressionWithUnresolvedIdentifier) {
            throw otherFunction("IDENTIFIER");
        }
    }

    /** A name with a dot is a file, or a table of a catalog. */
    private static void checkTable(Seq<String> name) {
        if (name.size() != 1) {
            throw otherTable(name.mkString("."));
        }
    }

    /** What SHOW and DESCRIBE name is not looked at again. */
    private static void checkView(String name) {
        if (!VIEWS.contains(name.toLowerCase(Locale.ROOT))) {
            throw otherTable(name);
        }
    }

    private static void checkFunction(FunctionRegistryBase<?> builtIn, Seq<String> name) {
        if (name.size() != 1) {
            throw otherFunction(name.mkString("."));
        }
        checkFunction(builtIn, new FunctionIdentifier(name.head()));
    }

    private static void checkFunction(FunctionRegistryBase<?> builtIn, FunctionIdentifier name) {
        if (!builtIn.functionExists(name)
                || REFUSED_FUNCTIONS.contains(name.funcName().toLowerCase(Locale.ROOT))) {
            throw otherFunction(name.unquotedString());
        }
    }

    private static boolean isOurs(View view) {
        return view.isTempView() && VIEWS.contains(view.desc().identifier().table());
    }

    private static boolean isOneOf(Set<String> names, LogicalPlan plan) {
        return plan.getClass().getName().startsWith(SPARK)
                && names.contains(plan.getClass().getSimpleName());
    }

    private static IllegalArgumentException otherTable(String name) {
        return new IllegalArgumentException("'" + name
                + "' is refused, because the result tables alone are read here: use " + String.join(", ", VIEWS));
    }

    private static IllegalArgumentException otherFunction(String name) {
        return new IllegalArgumentException("function '" + name + "' is refused: use Spark's built-in functions,"
                + " but for " + REFUSED_FUNCTIONS.stream().sorted().collect(Collectors.joining(", ")));
    }

    /**
     * Visits a plan with all that it is made of: plans inside of plans, of expressions and of commands, and expressions wherever they stand.
     *
     * @param enter whether to look into a part, too
     */
    private static void walk(@Nullable Object part, Predicate<Object> enter) {
        if (part == null || !enter.test(part)) {
            return;
        }
        Iterator<?> parts = Iterator.empty();
        if (part instanceof Iterable<?> many) {
            parts = many.iterator();
        } else if (part instanceof Product one) {
            parts = one.productIterator();
        }
        JavaConverters.asJavaIterator(parts).forEachRemaining(each -> walk(each, enter));
    }
}
