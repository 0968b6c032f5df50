package dev.lockstep.journal.scan;

import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.Ed25519Key;
import dev.lockstep.journal.chain.RunningRoot;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.scan.Finding.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The signed heads of a journal's valid prefix, each checked: that it names the record before it
 * and the history up to there, and that its key signed that.
 *
 * @param findings a signed head that is wrong is damage; another key than before is a note
 * @param last the last right one
 * @param lastOfKey the last right one of each key, the key that signed last at the end
 */
public record SignedHeads(
    List<Finding> findings, Optional<SignedHead> last, Map<Ed25519Key, SignedHead> lastOfKey) {
  public SignedHeads {
    findings = List.copyOf(findings);
    lastOfKey = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(lastOfKey));
  }

  /** Checks all of {@code scan}. */
  public static SignedHeads of(Scan scan) {
    Reading reading = new Reading();
    reading.begins(scan.base());
    scan.located().forEach(reading::accepted);
    return reading.result();
  }

  /** Whether none is wrong; also where there is none. */
  public boolean areRight() {
    return findings.stream().noneMatch(Finding::isDamage);
  }

  /** Takes the records of the prefix one by one, for a reader that does not hold them all. */
  public static final class Reading implements RecordSink {
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Ed25519Key, SignedHead> lastOfKey = new LinkedHashMap<>();
    private Optional<Checkpoint> base = Optional.empty();
    private Optional<SignedHead> last = Optional.empty();
    private Place lastPlace = new Place(0, 0, 0);

    /** Empty where records were dropped since the last one whose root is known. */
    private Optional<RunningRoot> root = Optional.of(RunningRoot.START);

    private boolean behindBase = true;

    @Override
    public void begins(Optional<Scan.Base> found) {
      base = found.map(Scan.Base::checkpoint);
      behindBase = base.isEmpty();
      root = base.isEmpty() ? Optional.of(RunningRoot.START) : Optional.empty();
    }

    /** What the prefix does not reach, nobody is asked to trust. */
    @Override
    public void behind(LocatedRecord record) {}

    @Override
    public void accepted(LocatedRecord record) {
      if (!behindBase && record.sequence() > base.orElseThrow().lastSequence()) {
        passBase();
      }
      root = root.filter(before -> before.isFollowedBy(record.sequence()));
      if (SignedHead.isNamedBy(record.record())) {
        signedHead(record);
      }
      root = root.map(before -> before.after(record.sequence(), record.hash()));
    }

    /** A kept signed head with all records behind it vouches for the checkpoint's own root. */
    private void passBase() {
      RunningRoot written = base.orElseThrow().runningRoot();
      if (root.filter(before -> before.lastSequence() == written.lastSequence()).isPresent()
          && !root.get().equals(written)) {
        findings.add(new Finding.WrongSignature(lastPlace, SignatureFault.OTHER_HISTORY));
      }
      root = Optional.of(written);
      behindBase = true;
    }

    private void signedHead(LocatedRecord record) {
      Place at = new Place(record.generation(), record.byteOffset(), record.sequence());
      Optional<SignedHead> read = SignedHead.read(record.record());
      Optional<SignatureFault> fault =
          read.map(head -> fault(head, record)).orElse(Optional.of(SignatureFault.UNREADABLE));
      if (fault.isPresent()) {
        findings.add(new Finding.WrongSignature(at, fault.get()));
        return;
      }
      SignedHead head = read.orElseThrow();
      last.map(SignedHead::publicKey)
          .filter(before -> !before.equals(head.publicKey()))
          .ifPresent(
              before -> findings.add(new Finding.SigningKeyChanged(at, before, head.publicKey())));
      last = read;
      lastPlace = at;
      lastOfKey.remove(head.publicKey()); // so that the one that signed last comes last
      lastOfKey.put(head.publicKey(), head);
      root = Optional.of(new RunningRoot(head.sequence(), head.root()));
    }

    private Optional<SignatureFault> fault(SignedHead head, LocatedRecord record) {
      if (head.sequence() != record.sequence() - 1
          || !head.hash().equals(record.record().previousHash())) {
        return Optional.of(SignatureFault.OTHER_RECORD);
      }
      if (root.isPresent() && !root.get().hash().equals(head.root())) {
        return Optional.of(SignatureFault.OTHER_HISTORY);
      }
      return head.isSignatureRight() ? Optional.empty() : Optional.of(SignatureFault.FORGED);
    }

    public SignedHeads result() {
      return new SignedHeads(findings, last, lastOfKey);
    }
  }
}
