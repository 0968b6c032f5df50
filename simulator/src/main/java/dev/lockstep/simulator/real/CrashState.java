package dev.lockstep.simulator.real;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What a cut in an epoch leaves, as one choice of what became durable.
 *
 * @param root which of the epoch's sectors of the root partition
 * @param bootIsNew the boot partition as at the end
 * @param tpmIsNew the TPM as at the end
 * @param keyIsNew the recovery key's file as at the end
 */
record CrashState(Kind kind, BitSet root, boolean bootIsNew, boolean tpmIsNew, boolean keyIsNew) {

  /** Which writes to the root partition a cut leaves. */
  enum Kind {
    NONE("no write"),
    ALL("all writes"),
    PREFIX("the first writes by address"),
    TORN("the first writes by address, the last one torn"),
    ONE_DROPPED("all writes but one"),
    ONE_KEPT("one write only"),
    RANDOM("a random half of the sectors");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** So many different ones of an epoch at most. */
  static List<CrashState> of(Epoch epoch, int most, Random random) {
    if (epoch.changesNothing()) {
      return List.of();
    }
    List<CrashState> states = new ArrayList<>();
    Set<List<Object>> known = new HashSet<>();
    int first = random.nextInt(Kind.values().length);
    for (int attempt = 0; attempt < 4 * (most + 2) && states.size() < most; attempt++) {
      CrashState state = draw(epoch, kind(epoch, first + attempt), attempt == 0, random);
      if (known.add(List.of(state.root, state.bootIsNew, state.tpmIsNew, state.keyIsNew))) {
        states.add(state);
      }
    }
    return states;
  }

  /** Each kind once, then random ones; all or nothing where the kernel's journal says so. */
  private static Kind kind(Epoch epoch, int number) {
    if (epoch.root().isEmpty()) {
      return Kind.ALL;
    }
    Kind kind = Kind.values()[number % Kind.values().length];
    return epoch.rootIsMounted() && kind != Kind.NONE ? Kind.ALL : kind;
  }

  private static CrashState draw(Epoch epoch, Kind kind, boolean first, Random random) {
    BitSet root = choose(epoch.root(), kind, random);
    // With nothing else that is new, the old one is the epoch before.
    boolean onlyOthers = epoch.root().isEmpty() && first;
    boolean boot = !epoch.boot().isEmpty() && (onlyOthers || random.nextBoolean());
    boolean key = epoch.key().differ() && (onlyOthers || random.nextBoolean());
    boolean nothingElse = root.isEmpty() && !boot && !key;
    boolean tpm = epoch.tpm().differ() && (!nothingElse || onlyOthers || random.nextBoolean());
    return new CrashState(kind, root, boot, tpm, key);
  }

  private static BitSet choose(SectorWrites writes, Kind kind, Random random) {
    int[] pieces = writes.pieces();
    int piece = writes.isEmpty() ? 0 : random.nextInt(pieces.length - 1);
    BitSet chosen = new BitSet(writes.size());
    switch (kind) {
      case NONE -> {}
      case ALL -> chosen.set(0, writes.size());
      case PREFIX -> chosen.set(0, pieces[piece + 1]);
      case TORN ->
          chosen.set(0, pieces[piece] + random.nextInt(pieces[piece + 1] - pieces[piece] + 1));
      case ONE_DROPPED -> {
        chosen.set(0, writes.size());
        chosen.clear(pieces[piece], pieces[piece + 1]);
      }
      case ONE_KEPT -> chosen.set(pieces[piece], pieces[piece + 1]);
      case RANDOM -> {
        for (int at = 0; at < writes.size(); at++) {
          chosen.set(at, random.nextBoolean());
        }
      }
    }
    return chosen;
  }

  /** In words. */
  String words(Epoch epoch) {
    StringBuilder words = new StringBuilder("cut before " + epoch.sync());
    if (!epoch.root().isEmpty()) {
      words.append(
          ": of the root partition %s (%d of %d sectors)"
              .formatted(kind.words, root.cardinality(), epoch.root().size()));
    }
    tell(words, "boot partition", !epoch.boot().isEmpty(), bootIsNew);
    tell(words, "TPM", epoch.tpm().differ(), tpmIsNew);
    tell(words, "recovery key", epoch.key().differ(), keyIsNew);
    return words.toString();
  }

  private static void tell(StringBuilder words, String what, boolean differs, boolean isNew) {
    if (differs) {
      words.append(", ").append(what).append(isNew ? " new" : " old");
    }
  }
}
