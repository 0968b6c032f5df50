package dev.lockstep.statemachine.boot;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The kernel argument that asks for encryption on this boot: {@code
 * rd.lockstep.encrypt=tpm2[,pcrs=N[+N…]]}, or bootc's {@code rd.bootc.luks.encrypt=}, which means
 * the same.
 *
 * @param pcrs the PCRs that the TPM slot is bound to, 0 to 23, ascending; empty leaves the choice
 *     to the policy
 */
public record Trigger(List<Integer> pcrs) {
  public static final String KEY = "rd.lockstep.encrypt";
  public static final String BOOTC_KEY = "rd.bootc.luks.encrypt";

  private static final String METHOD = "tpm2";
  private static final String PCRS = "pcrs=";
  private static final int LAST_PCR = 23;

  /** The boot loader measures its entry and what it passes on into these. */
  private static final Set<Integer> CHANGED_BY_BOOT_ENTRY = Set.of(8, 9, 12);

  public Trigger {
    pcrs = List.copyOf(new TreeSet<>(pcrs));
    if (pcrs.stream().anyMatch(pcr -> pcr < 0 || pcr > LAST_PCR)) {
      throw new IllegalArgumentException("a PCR has a number from 0 to 23, not one of " + pcrs);
    }
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
      Either<String, Trigger> parsed = parse(argument.value().getOrElse(""));
      if (parsed.isLeft()) {
        return Either.left("kernel argument %s: %s".formatted(argument.text(), parsed.getLeft()));
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

  /** Reads what stands behind the equals sign. */
  public static Either<String, Trigger> parse(String value) {
    String[] words = value.split(",", -1);
    if (!words[0].equals(METHOD)) {
      return Either.left("the first word must be tpm2, not '%s'".formatted(words[0]));
    }
    Option<List<Integer>> pcrs = Option.none();
    for (String word : List.of(words).subList(1, words.length)) {
      if (!word.startsWith(PCRS)) {
        return Either.left("unknown option '%s'; known is pcrs=N[+N…]".formatted(word));
      }
      if (pcrs.isDefined()) {
        return Either.left("pcrs= is given twice");
      }
      Either<String, List<Integer>> parsed = parsePcrs(word.substring(PCRS.length()));
      if (parsed.isLeft()) {
        return Either.left(parsed.getLeft());
      }
      pcrs = parsed.toOption();
    }
    return Either.right(new Trigger(pcrs.getOrElse(List.of())));
  }

  /** The argument as the installer writes it. */
  public KernelArgument argument() {
    String list = pcrs.stream().map(String::valueOf).collect(Collectors.joining("+"));
    return KernelArgument.of(KEY, pcrs.isEmpty() ? METHOD : METHOD + "," + PCRS + list);
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
