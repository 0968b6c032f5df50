package dev.lockstep.simulator.report;

import java.util.ArrayList;
import java.util.List;

/** The beats of a plan as lines for a terminal. */
public final class StoryText {

  private StoryText() {}

  public static List<String> of(List<Beat> beats) {
    List<String> lines = new ArrayList<>();
    Lanes known = new Lanes("", "", "", "", "");
    for (Beat beat : beats) {
      switch (beat) {
        case Beat.PowerOn(int boot, String asked) ->
            lines.add("POWER ON " + boot + ", the operator wants it to " + asked);
        case Beat.Recorded(String sentence, String phase) ->
            lines.add("  record     " + sentence + " → " + phase);
        case Beat.Epoch(int moment, String before, List<String> writes, Lanes lanes) -> {
          known = changes(lanes, known, lines);
          writes.forEach(write -> lines.add("  write      " + write));
          lines.add("  moment %3d %s".formatted(moment, before));
        }
        case Beat.Cut cut -> {
          lines.add("POWER CUT " + cut.number() + " before " + cut.point().before());
          cut.arrived().forEach(write -> lines.add("  arrived    " + write));
          cut.lost().forEach(write -> lines.add("  lost       " + write));
          known = changes(cut.left(), known, lines);
        }
        case Beat.Violated(var violation) -> lines.add("VIOLATED " + violation);
        case Beat.Ended(var recovery, Lanes lanes) -> {
          known = changes(lanes, known, lines);
          lines.add("after " + recovery.boots() + " boots: " + recovery.ending());
        }
      }
    }
    return lines;
  }

  private static Lanes changes(Lanes now, Lanes before, List<String> lines) {
    for (int lane = 1; lane < Lanes.NAMES.size(); lane++) { // the journal's are told as records
      if (!now.cells().get(lane).equals(before.cells().get(lane))) {
        lines.add("  now        " + Lanes.NAMES.get(lane) + ": " + now.cells().get(lane));
      }
    }
    return now;
  }
}
