package dev.lockstep.statemachine.boot;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The kernel argument that asks for encryption on this boot, or bootc's {@code
 * rd.bootc.luks.encrypt=}, which means the same:
 *
 * <pre>
 *   rd.lockstep.encrypt=tpm2{,OPTION}
 *   OPTION = pcrs=N{+N} | pin | recovery=(file|console|both) | qr
 *          | rest=(keep|discard|wipe)
 *          | absent=(stop|recovery-only|clear) | locked-out=(stop|recovery-only|clear)
 * </pre>
 *
 * @param pcrs the PCRs that the TPM slot is bound to, 0 to 23, ascending; empty leaves the choice
 *     to the policy
 * @param wishes the other options by name, with an empty value where they take none
 */
public record Trigger(List<Integer> pcrs, SortedMap<String, String> wishes) {
  public static final String KEY = "rd.lockstep.encrypt";
  public static final String BOOTC_KEY = "rd.bootc.luks.encrypt";

  private static final String METHOD = "tpm2";
  private static final String PCRS = "pcrs=";
  private static final Set<String> WITHOUT_TPM = Set.of("stop", "recovery-only", "clear");

  /** What each option may be; one that takes no value has an empty one. */
  private static final Map<String, Set<String>> OPTIONS =
      Map.of(
          "pin", Set.of(""),
          "qr", Set.of(""),
          "recovery", Set.of("file", "console", "both"),
          "rest", Set.of("keep", "discard", "wipe"),
          "absent", WITHOUT_TPM,
          "locked-out", WITHOUT_TPM);

  private static final int LAST_PCR = 23;

  /** The boot loader measures its entry and what it passes on into these. */
  private static final Set<Integer> CHANGED_BY_BOOT_ENTRY = Set.of(8, 9, 12);

  public Trigger {
    pcrs = List.copyOf(new TreeSet<>(pcrs));
    wishes = Collections.unmodifiableSortedMap(new TreeMap<>(wishes));
    if (pcrs.stream().anyMatch(pcr -> pcr < 0 || pcr > LAST_PCR)) {
      throw new IllegalArgumentException("a PCR has a number from 0 to 23, not one of " + pcrs);
    }
  }

  /** With nothing said but the PCRs. */
  public Trigger(List<Integer> pcrs) {
    this(pcrs, new TreeMap<>());
  }

  /** {@code rd.lockstep.encrypt=tpm2}, everything else left to the policy. */
  public static Trigger tpm2() {
    return new Trigger(List.of());
  }

  /**
   * Whether this argument is a trigger, valid or not: what is taken off the command line at the
   * end.
   */
  public static boolean is(KernelArgument argument) {
    return argument.hasKey(KEY) || argument.hasKey(BOOTC_KEY);
  }

  /**
   * The trigger on this command line, none if it asks for nothing; the left side says in one
   * sentence what can't be understood.
   */
  public static Either<String, Option<Trigger>> find(KernelCommandLine commandLine) {
    Option<Trigger> found = Option.none();
    for (KernelArgument argument : commandLine.arguments()) {
      if (!is(argument)) {
        continue;
      }
      Either<Fault, Trigger> parsed = read(argument.value().getOrElse(""));
      if (parsed.isLeft()) {
        return Either.left(
            "kernel argument %s, column %d: %s"
                .formatted(
                    argument.text(),
                    argument.text().length()
                        - argument.value().getOrElse("").length()
                        + parsed.getLeft().offset()
                        + 1,
                    parsed.getLeft().problem()));
      }
      if (found.isDefined() && !found.get().equals(parsed.get())) {
        return Either.left(
            "the kernel command line asks for encryption twice and differently; leave one of the"
                + " two arguments");
      }
      found = parsed.toOption();
    }
    return Either.right(found);
  }

  /** What is wrong, and how many characters behind the equals sign. */
  private record Fault(int offset, String problem) {}

  /** Reads what stands behind the equals sign. */
  public static Either<String, Trigger> parse(String value) {
    return read(value).mapLeft(Fault::problem);
  }

  private static Either<Fault, Trigger> read(String value) {
    String[] words = value.split(",", -1);
    if (!words[0].equals(METHOD)) {
      return fault(0, "the first word must be tpm2, not '%s'".formatted(words[0]));
    }
    Option<List<Integer>> pcrs = Option.none();
    TreeMap<String, String> wishes = new TreeMap<>();
    int offset = METHOD.length() + 1;
    for (String word : List.of(words).subList(1, words.length)) {
      if (word.startsWith(PCRS)) {
        Either<String, List<Integer>> parsed =
            pcrs.isDefined()
                ? Either.left("pcrs= is given twice")
                : parsePcrs(word.substring(PCRS.length()));
        if (parsed.isLeft()) {
          return fault(offset, parsed.getLeft());
        }
        pcrs = parsed.toOption();
      } else {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Option<String> objection = objection(name, word);
        if (objection.isDefined()) {
          return fault(offset, objection.get());
        }
        if (wishes.put(name, equals < 0 ? "" : word.substring(equals + 1)) != null) {
          return fault(offset, name + " is given twice");
        }
      }
      offset += word.length() + 1;
    }
    return Either.right(new Trigger(pcrs.getOrElse(List.of()), wishes));
  }

  private static Either<Fault, Trigger> fault(int offset, String problem) {
    return Either.left(new Fault(offset, problem));
  }

  private static Option<String> objection(String name, String word) {
    Set<String> values = OPTIONS.get(name);
    if (values == null) {
      return Option.some(
          "unknown option '%s'; known are pcrs=N[+N…], %s"
              .formatted(word, String.join(", ", new TreeSet<>(OPTIONS.keySet()))));
    }
    String value = word.equals(name) ? "" : word.substring(name.length() + 1);
    boolean bare = values.contains("");
    if (bare ? word.equals(name) : values.contains(value)) {
      return Option.none();
    }
    return Option.some(
        bare
            ? name + " takes no value"
            : "%s must be one of %s".formatted(name, String.join(", ", new TreeSet<>(values))));
  }

  /** The argument as the installer writes it. */
  public KernelArgument argument() {
    StringBuilder value = new StringBuilder(METHOD);
    if (!pcrs.isEmpty()) {
      value.append(',').append(PCRS);
      value.append(pcrs.stream().map(String::valueOf).collect(Collectors.joining("+")));
    }
    wishes.forEach(
        (name, wish) -> value.append(',').append(name).append(wish.isEmpty() ? "" : "=" + wish));
    return KernelArgument.of(KEY, value.toString());
  }

  /** Why a key can't be bound to this PCR, as the rest of a sentence. */
  public static Option<String> pcrObjection(int pcr) {
    if (pcr < 0 || pcr > LAST_PCR) {
      return Option.some("'%d' is no PCR; they have numbers from 0 to 23".formatted(pcr));
    }
    return Option.when(
        CHANGED_BY_BOOT_ENTRY.contains(pcr),
        () ->
            "PCR %d changes when the boot entry is switched at the end of the first boot, so the TPM would never open the volume; leave it out"
                .formatted(pcr));
  }

  private static Either<String, List<Integer>> parsePcrs(String text) {
    TreeSet<Integer> pcrs = new TreeSet<>();
    for (String number : text.split("\\+", -1)) {
      if (!number.matches("[0-9]{1,2}") || Integer.parseInt(number) > LAST_PCR) {
        return Either.left(
            "'%s' is no PCR; write numbers from 0 to 23 with plus signs between, as in pcrs=7+14"
                .formatted(number));
      }
      Option<String> objection = pcrObjection(Integer.parseInt(number));
      if (objection.isDefined()) {
        return Either.left(objection.get());
      }
      pcrs.add(Integer.parseInt(number));
    }
    return Either.right(List.copyOf(pcrs));
  }
}
