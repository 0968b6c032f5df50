package dev.lockstep.journal.scan;

import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.scan.Finding.Place;
import java.util.Optional;

/** A generation's file with what was read in it, before it is held against the chain. */
record Generation(GenerationBytes file, GenerationScan scan, Folding folding) {

  static Generation of(GenerationBytes file) {
    GenerationScan scan = GenerationScan.of(file);
    return new Generation(file, scan, Folding.of(file, scan));
  }

  int number() {
    return file.generation();
  }

  /** The checkpoint it begins with, if that is whole. */
  Optional<Checkpoint> checkpoint() {
    return folding instanceof Folding.Complete complete
        ? Optional.of(complete.checkpoint())
        : Optional.empty();
  }

  /**
   * Why a journal can't begin with this generation, if it looks as if it should: a checkpoint that
   * is there in part or does not hold, or bytes in the place of the first record.
   */
  Optional<Finding> unfounded() {
    return switch (folding) {
      case Folding.Complete _ -> Optional.empty();
      case Folding.Broken(Place at, String reason) ->
          Optional.of(new Finding.CheckpointDamaged(at, reason));
      case Folding.Unfinished(Place at) ->
          Optional.of(new Finding.CheckpointDamaged(at, "not all of its records are valid"));
      case Folding.None() ->
          switch (scan.end()) {
            case GenerationEnd.Invalid(var fault, var behind) when scan.records().isEmpty() ->
                Optional.of(
                    new Finding.CheckpointDamaged(
                        new Place(
                            number(),
                            scan.endOffset() + GenerationLayout.DOCUMENT_HEADER_BYTES,
                            behind.isEmpty() ? 0 : Math.max(0, behind.getFirst().sequence() - 1)),
                        fault.sentence()));
            case GenerationEnd.Invalid _, GenerationEnd.Clean _, GenerationEnd.NeverCompleted _ ->
                Optional.empty();
          };
    };
  }

  /** What remains of a folded generation, held against the checkpoint that stands for it. */
  Finding leftover(Checkpoint checkpoint) {
    for (LocatedRecord record : scan.records()) {
      boolean agrees =
          record.sequence() <= checkpoint.lastSequence()
              && checkpoint.hashOf(record.sequence()).stream().allMatch(record.hash()::equals);
      if (!agrees) {
        return new Finding.ContradictsCheckpoint(
            new Place(number(), record.byteOffset(), record.sequence()));
      }
    }
    return new Finding.FoldedLeftover(number());
  }
}
