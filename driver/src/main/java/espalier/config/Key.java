package espalier.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Declares a record component as a key of the configuration file; the key's name is the component's in kebab case. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Key {
    /** What the key means, with its unit: one phrase without a full stop. */
    String doc();

    /** What values are allowed: an interval such as {@code (0, 1]} for numbers, a regular expression for text. */
    String allowed() default "";

    /** The default, as YAML; empty for a key that must be given. */
    String defaultsTo() default "";

    /** On a section: defaults that differ from those its record declares, each as {@code name: value}. */
    String[] defaults() default {};

    /** The sibling and its values for which this key exists, as {@code format: synthetic}; empty for always. */
    String onlyFor() default "";

    /** Whether a value may stand in a list more than once. */
    boolean repeats() default false;

    /** Whether the key is without influence on results, so that two configurations that differ in it alone are one study. */
    boolean presentation() default false;
}
