package dev.lockstep.simulator.fault;

import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Luck;
import dev.lockstep.simulator.fault.Mishap.Kind;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Lets the call of a mishap fail, and counts all calls. Of one boot. */
public final class Misfortune implements Luck {

  private final Option<Mishap> mishap;

  /** How many there were, in an array of one: it is counted at each call of each disk. */
  private final Map<Call, Map<Domain, int[]>> calls = new EnumMap<>(Call.class);

  private boolean struck;

  public Misfortune(Option<Mishap> mishap) {
    this.mishap = mishap;
    for (Call call : Call.values()) {
      Map<Domain, int[]> ofCall = new EnumMap<>(Domain.class);
      for (Domain domain : Domain.values()) {
        ofCall.put(domain, new int[1]);
      }
      calls.put(call, ofCall);
    }
  }

  @Override
  public boolean fails(Call call, Domain domain) {
    int number = calls.get(call).get(domain)[0]++;
    if (mishap.isEmpty()) {
      return false;
    }
    boolean fails =
        mishap.exists(
            one ->
                one.domain() == domain
                    && call == callOf(one.kind()).getOrNull()
                    && (one.kind() == Kind.NO_ROOM ? number >= one.at() : number == one.at()));
    struck |= fails;
    return fails;
  }

  /** Whether the call has failed by now. */
  public boolean struck() {
    return struck;
  }

  /** Everything that could have failed instead: one mishap for each call that was made. */
  public List<Mishap> missed() {
    List<Mishap> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (Call call : callOf(kind)) {
        calls
            .get(call)
            .forEach(
                (domain, made) -> {
                  for (int at = 0; at < made[0]; at++) {
                    all.add(new Mishap(kind, domain, at));
                  }
                });
      }
    }
    return all;
  }

  private static Option<Call> callOf(Kind kind) {
    return switch (kind) {
      case FAILED_FLUSH -> Option.some(Call.FLUSH);
      case WRITE_ERROR -> Option.some(Call.WRITE);
      case READ_ERROR -> Option.some(Call.READ);
      case NO_ROOM -> Option.some(Call.ROOM);
      case BIT_ROT, JOURNAL_LOST, PLAIN_SYSTEM_BOOTED, GROWN_BY_HAND, CUT_WHILE_GROWN ->
          Option.none();
    };
  }
}
