/**
 * One YAML file per study, bound to records. Each key is declared once, as an annotated record component; reading, writing, error messages, the
 * JSON Schema and the reference page all follow from that declaration.
 */
@NullMarked
package espalier.config;

import org.jspecify.annotations.NullMarked;
