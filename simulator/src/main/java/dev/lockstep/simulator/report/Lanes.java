package dev.lockstep.simulator.report;

import dev.lockstep.simulator.explore.Image;
import dev.lockstep.simulator.explore.Replay;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.invariant.Medium;
import dev.lockstep.statemachine.invariant.Medium.Startup;
import dev.lockstep.statemachine.luks.VolumeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is durable at one instant, a phrase for each part of the machine. */
public record Lanes(String journal, String luks, String boot, String tpm, String firmware) {

  /** Their names, in their order. */
  public static final List<String> NAMES =
      List.of("journal", "LUKS2", "boot partition", "TPM and keys", "firmware");

  static Lanes of(Simulation simulation, Image image, String phase) {
    Medium medium = Replay.looking(simulation, image);
    return new Lanes(phase, volume(medium), prepared(medium), tpm(medium), startup(medium));
  }

  List<String> cells() {
    return List.of(journal, luks, boot, tpm, firmware);
  }

  private static String volume(Medium medium) {
    return switch (medium.volume()) {
      case VolumeState.Plain _ -> "plain";
      case VolumeState.Converting(var _, long window, long left) ->
          "converting, " + left + " of " + window + " bytes left";
      case VolumeState.ConvertedNotFinalised _ -> "converted, not finalised";
      case VolumeState.Encrypted(var _, var slots) ->
          "encrypted: "
              + String.join(
                  ", ",
                  slots.stream()
                      .sorted()
                      .map(slot -> slot.name().toLowerCase(Locale.ROOT))
                      .toList());
      case VolumeState.ForeignConversion _ -> "another tool's conversion";
      case VolumeState.Unrecognised _ -> "NOT RECOGNISED";
    };
  }

  private static String prepared(Medium medium) {
    List<String> there = new ArrayList<>();
    for (PreparedFile file : PreparedFile.values()) {
      if (medium.file(file.path()).isDefined()) {
        there.add(file.name().toLowerCase(Locale.ROOT).replace('_', ' '));
      }
    }
    return there.isEmpty() ? "no prepared file" : String.join(", ", there);
  }

  private static String tpm(Medium medium) {
    List<String> keys = new ArrayList<>();
    if (medium.conversionKeyIsSealed()) {
      keys.add("opens the sealed key");
    }
    if (medium.tpmOpens()) {
      keys.add("opens its slot");
    }
    if (medium.recoveryKeyIsHeld()) {
      keys.add("operator holds the recovery key");
    }
    if (medium.failedTries() > 0) {
      keys.add(medium.failedTries() + " of " + medium.triesAllowed() + " tries failed");
    }
    return keys.isEmpty() ? "no key needed yet" : String.join(", ", keys);
  }

  private static String startup(Medium medium) {
    return switch (medium.startup()) {
      case Startup.NothingBoots(String why) -> "NOTHING BOOTS: " + why;
      case Startup.RunnerBoots(String entry, boolean whole) -> "runner, " + told(entry, whole);
      case Startup.RootOpens(String entry, boolean whole) -> "root, " + told(entry, whole);
    };
  }

  private static String told(String entry, boolean whole) {
    return entry + (whole ? "" : " (neither old nor new)");
  }
}
