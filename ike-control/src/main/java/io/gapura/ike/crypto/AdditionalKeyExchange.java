package io.gapura.ike.crypto;

import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import org.jspecify.annotations.Nullable;

/**
 * A key exchange after the first one, RFC 9370: {@code ke1_mlkem768}.
 *
 * @param number 1 to 7
 * @param method null for none: the round may be left out
 */
public record AdditionalKeyExchange(int number, @Nullable KeyExchangeMethod method) implements Algorithm {
    static final int MAX_NUMBER = 7;

    private static final String NONE = "none";

    static TransformType type(int number) {
        return new TransformType(TransformType.ADDITIONAL_KEY_EXCHANGE_1.number() + number - 1);
    }

    @Override
    public Transform transform() {
        return Transform.of(type(number), method == null ? Transforms.NONE : method.group());
    }

    @Override
    public String keyword() {
        return "ke" + number + "_" + (method == null ? NONE : method.keyword());
    }
}
