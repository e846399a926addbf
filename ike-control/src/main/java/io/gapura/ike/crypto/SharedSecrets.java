package io.gapura.ike.crypto;

import io.gapura.ike.message.Secret;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** SK(0), SK(1), …: what the key exchanges of one CREATE_CHILD_SA and its follow-ups have led to, RFC 9370 §2.2.4. */
public final class SharedSecrets implements AutoCloseable {
    private final List<Secret> secrets = new ArrayList<>();

    /** None yet; a child SA may do without. */
    public SharedSecrets() {
    }

    /** Takes it over: closed with this. */
    public SharedSecrets add(Secret secret) {
        secrets.add(secret);
        return this;
    }

    /** [SK(0)] | Ni | Nr | SK(1) | … */
    Secret seed(Nonces nonces) {
        int nonceBytes = nonces.initiator().length() + nonces.responder().length();
        ByteBuffer seed = ByteBuffer.allocate(nonceBytes + secrets.stream().mapToInt(Secret::length).sum());
        Iterator<Secret> next = secrets.iterator();
        if (next.hasNext()) {
            next.next().use(seed::put);
        }
        seed.put(nonces.initiator().toBuffer()).put(nonces.responder().toBuffer());
        next.forEachRemaining(secret -> secret.use(seed::put));
        return Secret.adopt(seed.array());
    }

    @Override
    public void close() {
        secrets.forEach(Secret::close);
    }
}
