package dev.lockstep.journal.event;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The events of one machine, by the names they have in the journal.
 *
 * @param name first part of the record type
 * @param intents every intent, by its name in lower case with hyphens
 * @param outcomes likewise
 */
public record Family<I, O>(
    String name,
    Map<String, Class<? extends I>> intents,
    Map<String, Class<? extends O>> outcomes) {

  public static final Family<Intent, Outcome> FIRST_BOOT =
      of("first-boot", Intent.class, Outcome.class);
  public static final Family<InstallIntent, InstallOutcome> INSTALL =
      of("install", InstallIntent.class, InstallOutcome.class);

  public static final Family<SwapIntent, SwapOutcome> SWAP =
      of("swap", SwapIntent.class, SwapOutcome.class);

  private static <I, O> Family<I, O> of(String name, Class<I> intents, Class<O> outcomes) {
    return new Family<>(name, members(intents), members(outcomes));
  }

  private static <T> Map<String, Class<? extends T>> members(Class<T> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses())
        .map(member -> member.<T>asSubclass(sealed))
        .collect(Collectors.toUnmodifiableMap(Family::name, Function.identity()));
  }

  /** {@code PlaceHeader} is {@code place-header}. */
  static String name(Class<?> member) {
    return member
        .getSimpleName()
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }
}
