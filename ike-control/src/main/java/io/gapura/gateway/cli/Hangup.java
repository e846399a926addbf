package io.gapura.gateway.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGHUP. The JDK has signals in a class that compilers warn of, so it is looked up. */
final class Hangup {
    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {
    }

    /** Runs the task at each signal, on a thread of the JDK's. */
    static void onSignal(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler running = (_, method, _) -> {
                if (method.getName().equals("handle")) {
                    task.run();
                }
                return null; // nobody asks for anything else
            };
            Object runner = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, running);
            Object hup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hup, runner);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("SIGHUP does not reload: {}; use gapura reload", e.toString());
        }
    }
}
