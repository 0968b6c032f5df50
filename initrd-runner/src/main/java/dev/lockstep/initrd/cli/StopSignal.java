package dev.lockstep.initrd.cli;

import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Option;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Ctrl-C and SIGTERM: stop at the next safe point, and end with that run's own exit code.
 *
 * <p>A shutdown hook would be told too, but by then the virtual machine shuts down: the hooks of
 * libraries close what is still being written through, and a class that registers a hook of its own
 * can't be initialised any more, so that a stop at a bad moment ended with exit code 1.
 */
final class StopSignal {

  private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

  private static volatile boolean requested;

  private StopSignal() {}

  /** From here on a signal asks, and ends nothing. */
  static void listen() {
    try {
      // By reflection: the compiler warns of this class, which Java offers in no other place.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object asked =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, _, _) -> {
                requested = true;
                return null;
              });
      for (String name : NAMES) {
        Object each = signal.getConstructor(String.class).newInstance(name);
        Object _ = signal.getMethod("handle", signal, handler).invoke(null, each, asked);
      }
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException(
          "this Java runtime lacks the module jdk.unsupported", missing);
    }
  }

  static boolean requested() {
    return requested;
  }

  /** Pulled as soon as a signal came. */
  static <P, I> Brake<P, I> brake() {
    return _ -> Option.when(requested, () -> safePoint("ASKED_TO_STOP"));
  }

  static Refusal safePoint(String code) {
    return new Refusal(
        Refusal.Kind.SAFE_POINT,
        code,
        "Stopped at a safe point, as asked; run the same command again to go on.");
  }
}
