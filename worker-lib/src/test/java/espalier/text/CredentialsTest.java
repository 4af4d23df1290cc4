package espalier.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    @ParameterizedTest
    @CsvSource({
        "s3a://AKIA1:abc@bucket/data, s3a://***@bucket/data",
        "s3a://AKIA1:ab/c+d/e=@bucket/data, s3a://***@bucket/data",
        "s3a://AKIA1:ab%2Fc@bucket, s3a://***@bucket",
        "hdfs://ann:1234@node:8020/data, hdfs://***@node:8020/data",
        "//ann:pw@node/data, //***@node/data",
        "S3A://:secret@bucket, S3A://***@bucket",
        "s3a://K:p@ss@bucket/x, s3a://***@bucket/x",
        "s3a://K:12/abc@bucket, s3a://***@bucket",
        "https://token@host/x, https://***@host/x",
        "https://store/f?sv=1&sig=a%2Fb%3D, https://store/f?sv=1&sig=***",
        "https://store/f?X-Amz-Signature=0f0f&x=1, https://store/f?X-Amz-Signature=***&x=1",
    })
    void areFoundInAddressesAndHidden(String address, String hidden) {
        assertThat(Credentials.areIn(address)).isTrue();
        assertThat(Credentials.hiddenIn(address)).isEqualTo(hidden);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "results",
                "/data/a:b@c",
                "C:\\data",
                "file:///data/images",
                "s3a://bucket/data",
                "hdfs://node:8020/user/ann@example.org/data",
                "abfss://container@account.dfs.core.windows.net/data",
                "spark://127.0.0.1:7077",
                "https://store/f?version=3",
                "key stage1=0.5",
                "unexpected token: at line 1",
            })
    void areNotSeenWhereThereAreNone(String text) {
        assertThat(Credentials.areIn(text)).isFalse();
        assertThat(Credentials.hiddenIn(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "AccountKey=abc==; x | AccountKey=***; x",
                "private_key=abc | private_key=***",
                "fs.s3a.encryption.key=abc | fs.s3a.encryption.key=***",
                "fs.s3a.secret.key: abc | fs.s3a.secret.key: ***",
                "password = abc | password = ***",
                "{\"fs.s3a.secret.key\":\"a b\"} | {\"fs.s3a.secret.key\":***}",
                "secret=ab;cd | secret=***",
                "secret='a b' | secret=***",
                "fs.azure.sas.box.store=abc | fs.azure.sas.box.store=***",
            })
    void areHiddenInSettingsHoweverTheyAreWritten(String text, String hidden) {
        assertThat(Credentials.hiddenIn(text)).isEqualTo(hidden);
    }

    @Test
    void areHiddenInSettings() {
        assertThat(Credentials.hiddenIn(
                        "cannot use fs.s3a.secret.key=a/b, fs.azure.account.key.x.net=c; spark.authenticate.secret=d"
                                + " for s3a://b"))
                .isEqualTo(
                        "cannot use fs.s3a.secret.key=***, fs.azure.account.key.x.net=***; spark.authenticate.secret=***"
                                + " for s3a://b");
    }
}
