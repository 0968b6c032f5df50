package dev.lockstep.simulator.install;

import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.Sector;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a sector of a modelled system says about itself, so that no two systems have one in common.
 *
 * @param words of the journal's copy: what it tells
 */
record Stamp(Piece piece, Blueprint system, String words) {

  private static final String MARK = "SYSTEM";
  private static final String END = "\n";
  private static final String BETWEEN = "|";

  /** What lies where nothing looks: somebody's, no matter whose. */
  static final Sector REMAINS = Sector.of("remains".getBytes(StandardCharsets.UTF_8));

  private static final Memo<Stamp, Sector> SECTORS = new Memo<>(10_000);

  Sector sector() {
    return SECTORS.of(this, Stamp::written);
  }

  private Sector written() {
    List<String> parts =
        List.of(MARK, piece.name(), system.request().name(), "" + system.number(), words, END);
    return Sector.of(String.join(BETWEEN, parts).getBytes(StandardCharsets.UTF_8));
  }

  static Option<Stamp> of(Sector sector) {
    if (sector.at(0) != MARK.charAt(0) || sector.at(1) != MARK.charAt(1)) {
      return Option.none();
    }
    String[] parts = new String(sector.bytes(), StandardCharsets.UTF_8).split("\\|", -1);
    return Option.some(
        new Stamp(
            Piece.valueOf(parts[1]),
            new Blueprint(Request.valueOf(parts[2]), Integer.parseInt(parts[3])),
            parts[4]));
  }
}
