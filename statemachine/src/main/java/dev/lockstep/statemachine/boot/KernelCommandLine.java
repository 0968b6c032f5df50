package dev.lockstep.statemachine.boot;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A kernel command line that can be edited without disturbing what was not meant: untouched
 * arguments keep their spelling, their order and the blanks between them. What follows a lone
 * {@code --} belongs to init, not to the kernel, and is never touched.
 */
public final class KernelCommandLine {
  /**
   * Far beyond what any kernel takes (2048 on x86-64, include/asm-generic/setup.h): a bound against
   * hostile files.
   */
  public static final int MAX_LENGTH = 64 * 1024;

  private static final String INIT_SEPARATOR = "--";

  private final String text;
  private final List<Span> spans;

  private KernelCommandLine(String text, List<Span> spans) {
    this.text = text;
    this.spans = List.copyOf(spans);
  }

  /** Where an argument stands in the text: [start, end). */
  private record Span(int start, int end) {}

  /** Reads a command line; {@code parse(s).text()} is {@code s}. The left side is one sentence. */
  public static Either<String, KernelCommandLine> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Either.left(
          "the kernel command line has %d characters, more than the %d allowed"
              .formatted(text.length(), MAX_LENGTH));
    }
    List<Span> spans = new ArrayList<>();
    boolean quoted = false;
    int start = -1;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (Character.isISOControl(c) && c != '\t') {
        return Either.left(
            "the kernel command line has a control character at column %d".formatted(at + 1));
      }
      quoted ^= c == '"';
      boolean blank = isBlank(c);
      if (blank && quoted && c == '\t') {
        return Either.left(
            "the kernel command line has a tab inside quotes at column %d".formatted(at + 1));
      }
      if (blank && !quoted && start >= 0) {
        spans.add(new Span(start, at));
        start = -1;
      } else if (start < 0 && !blank) {
        start = at;
      }
    }
    if (quoted) {
      return Either.left(
          "the kernel command line has an unclosed double quote, which would swallow whatever is"
              + " added behind it");
    }
    if (start >= 0) {
      spans.add(new Span(start, text.length()));
    }
    return Either.right(new KernelCommandLine(text, spans));
  }

  /** A command line of these arguments, one blank between them. */
  public static KernelCommandLine of(List<KernelArgument> arguments) {
    String joined = String.join(" ", arguments.stream().map(KernelArgument::text).toList());
    return parse(joined).getOrElseThrow(message -> new IllegalArgumentException(message));
  }

  public String text() {
    return text;
  }

  /** The kernel's arguments in order; those of init (behind {@code --}) are left out. */
  public List<KernelArgument> arguments() {
    return kernelSpans().stream().map(this::argument).toList();
  }

  /** The values of every argument of this key, in order. */
  public List<String> values(String key) {
    return arguments().stream()
        .filter(argument -> argument.hasKey(key))
        .flatMap(argument -> argument.value().toJavaStream())
        .toList();
  }

  /**
   * The last value given for this key: where a single one is expected, the kernel and systemd let
   * the last win.
   */
  public Option<String> lastValue(String key) {
    List<String> values = values(key);
    return values.isEmpty() ? Option.none() : Option.some(values.getLast());
  }

  /** Whether a lone {@code --} hands what follows to init. */
  public boolean hasInitArguments() {
    return kernelSpans().size() < spans.size();
  }

  /** Without the kernel arguments that match, each taken away with the blanks before it. */
  public KernelCommandLine without(Predicate<KernelArgument> unwanted) {
    StringBuilder kept = new StringBuilder();
    int copiedTo = 0;
    for (Span span : kernelSpans()) {
      if (unwanted.test(argument(span))) {
        int blanksFrom = span.start();
        while (blanksFrom > copiedTo && isBlank(text.charAt(blanksFrom - 1))) {
          blanksFrom--;
        }
        kept.append(text, copiedTo, blanksFrom);
        copiedTo = span.end();
      }
    }
    if (copiedTo == 0) {
      return this;
    }
    String rest = text.substring(copiedTo);
    return reparsed(kept.isEmpty() ? kept + rest.stripLeading() : kept + rest);
  }

  /**
   * With these arguments added (before {@code --}), except those already there: doing it twice
   * changes nothing.
   */
  public KernelCommandLine with(List<KernelArgument> wanted) {
    List<KernelArgument> present = new ArrayList<>(arguments());
    StringBuilder added = new StringBuilder();
    for (KernelArgument argument : wanted) {
      if (!present.contains(argument)) {
        present.add(argument);
        added.append(added.isEmpty() ? "" : " ").append(argument.text());
      }
    }
    if (added.isEmpty()) {
      return this;
    }
    List<Span> kernel = kernelSpans();
    if (hasInitArguments()) {
      int at = spans.get(kernel.size()).start();
      return reparsed(text.substring(0, at) + added + " " + text.substring(at));
    }
    int at = kernel.isEmpty() ? text.length() : kernel.getLast().end();
    String gap = at == 0 || isBlank(text.charAt(at - 1)) ? "" : " ";
    return reparsed(text.substring(0, at) + gap + added + text.substring(at));
  }

  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KernelCommandLine line && line.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  private List<Span> kernelSpans() {
    for (int index = 0; index < spans.size(); index++) {
      if (argument(spans.get(index)).text().equals(INIT_SEPARATOR)) {
        return spans.subList(0, index);
      }
    }
    return spans;
  }

  private KernelArgument argument(Span span) {
    return new KernelArgument(text.substring(span.start(), span.end()));
  }

  private static KernelCommandLine reparsed(String text) {
    return parse(text).getOrElseThrow(message -> new IllegalArgumentException(message));
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
