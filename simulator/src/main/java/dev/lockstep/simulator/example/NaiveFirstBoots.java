package dev.lockstep.simulator.example;

import dev.lockstep.simulator.guest.Guest;
import dev.lockstep.simulator.guest.GuestExplorer;
import dev.lockstep.simulator.guest.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds the power cuts at which each of two scripted first boots loses the disk. */
public final class NaiveFirstBoots {

  private static final int MOST_CUTS = 2;
  private static final long MOST_STATES = 100_000;

  private NaiveFirstBoots() {}

  /** What one of them loses, a plan for each kind of loss. */
  public record Finding(String script, long states, List<Loss> losses) {

    public Finding {
      losses = List.copyOf(losses);
    }

    public List<String> lines() {
      List<String> lines = new ArrayList<>();
      lines.add(
          String.format(
              Locale.ROOT, "%s: %,d states, %d kinds of loss", script, states, losses.size()));
      losses.forEach(loss -> loss.lines().forEach(line -> lines.add("  " + line)));
      return lines;
    }
  }

  /** The orders of bootc's pull request and of openSUSE's tool. */
  public static List<Guest> all() {
    return List.of(new BootcOrder(), new OpenSuseOrder());
  }

  static GuestExplorer explorer(Guest guest) {
    return new GuestExplorer(guest, MOST_CUTS, MOST_STATES);
  }

  public static List<Finding> explored() {
    return all().stream()
        .map(
            guest -> {
              GuestExplorer.Result result = explorer(guest).explore();
              return new Finding(guest.name(), result.states(), result.losses());
            })
        .toList();
  }
}
