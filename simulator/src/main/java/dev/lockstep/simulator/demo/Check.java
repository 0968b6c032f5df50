package dev.lockstep.simulator.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Something that is to be proved about the finished disk. */
@FunctionalInterface
interface Check {

  /**
   * Looks.
   *
   * @return what was found, in words
   * @throws DemoFailed when it is not so
   */
  String look() throws IOException, DemoFailed;

  /**
   * What came of it.
   *
   * @param name what was to be proved
   */
  record Result(String name, boolean passed, String detail, long millis) {}

  /** The results so far; the first failure is the last one. */
  final class Log {

    private final List<Result> results = new ArrayList<>();
    private final Consumer<Result> listener;

    Log(Consumer<Result> listener) {
      this.listener = listener;
    }

    List<Result> results() {
      return List.copyOf(results);
    }

    void prove(String name, Check check) throws IOException, DemoFailed {
      long begun = System.nanoTime();
      try {
        add(name, true, check.look(), begun);
      } catch (DemoFailed | IOException failed) {
        add(name, false, String.valueOf(failed.getMessage()), begun);
        throw failed;
      }
    }

    private void add(String name, boolean passed, String detail, long begunNanos) {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
      Result result = new Result(name, passed, detail, millis);
      results.add(result);
      listener.accept(result);
    }
  }

  /** The sentence of a check that failed. */
  static void require(boolean holds, String otherwise) throws DemoFailed {
    if (!holds) {
      throw new DemoFailed(1, otherwise);
    }
  }
}
