package dev.lockstep.simulator.mutant;

import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;

/** Mistakes with keys. */
final class KeyMutants {

  private KeyMutants() {}

  static List<Mutant> all() {
    return List.of(
        conversionKeyRetiredEarly(),
        leftoversRemovedEarly(),
        keyWrittenInTheClear(),
        recoveryKeyNotHandedOver(),
        slotNeverKilled(),
        tpmAskedToTheLast());
  }

  /** What a mistaken step does once the conversion key is in memory and the metadata repaired. */
  private interface Meanwhile {
    void act(Ports ports) throws IOException, KeyRefused;
  }

  private static Mutant whileConverting(String name, String mistake, Meanwhile meanwhile) {
    return Mutant.doing(
        name,
        mistake,
        ports ->
            new Effects(ports) {
              @Override
              protected Either<Refusal, Outcome> convert(Job job, byte[] sealedKey)
                  throws IOException, KeyRefused {
                String path = PreparedFile.SEALED_KEY.path();
                ports
                    .keys()
                    .unseal(
                        ports.boot().read(path).getOrElseThrow(() -> new IOException("no key")));
                ports.luks().repair();
                meanwhile.act(ports);
                if (ports.luks().look() instanceof VolumeState.Converting) {
                  ports.luks().resume(ports.progress());
                }
                volume(job).flush();
                return Either.right(new Outcome.Converted(job.windowBytes()));
              }
            });
  }

  private static Mutant conversionKeyRetiredEarly() {
    return whileConverting(
        "conversion-key-retired-early",
        "the conversion key's slot is killed before the volume is proven, or even finished",
        ports -> ports.luks().killConversionSlot());
  }

  private static Mutant leftoversRemovedEarly() {
    return Mutant.doing(
        "leftovers-removed-early",
        "the sealed key is removed as soon as every byte is encrypted, before the volume is proven",
        ports ->
            new Effects(ports) {
              @Override
              protected Option<Refusal> wipeTail(Job job, Option<Digest> stagedHead)
                  throws IOException, KeyRefused {
                Option<Refusal> kept = super.wipeTail(job, stagedHead);
                ports.boot().erase(PreparedFile.SEALED_KEY.path());
                return kept;
              }
            });
  }

  private static Mutant keyWrittenInTheClear() {
    return Mutant.doing(
        "key-written-in-the-clear",
        "the conversion key is kept in a file for the time of the conversion, then erased",
        ports ->
            new Effects(ports) {
              @Override
              protected Either<Refusal, Outcome> sealConversionKey(Job job)
                  throws IOException, KeyRefused {
                ports.boot().write("lockstep/key", Marks.secret("conversion", 0));
                return super.sealConversionKey(job);
              }

              @Override
              protected Either<Refusal, Outcome> removeLeftovers() throws IOException {
                ports.boot().erase("lockstep/key");
                return super.removeLeftovers();
              }
            });
  }

  /** Proving the recovery slot is skipped too: it would have told. */
  private static Mutant recoveryKeyNotHandedOver() {
    return Mutant.wired(
        "recovery-key-not-handed-over",
        "the recovery key is taken for handed over, and nobody looks whether it opens",
        ports -> {
          Ports changed =
              PortsWith.luks(
                  PortsWith.keys(ports, new SilentHandOver(ports.keys())),
                  new RecoverySlotTrusted(ports.luks()));
          return new Mutant.Wiring(changed, new Effects(changed));
        });
  }

  /** However many tries are left, the TPM counts as ready. */
  private static Mutant tpmAskedToTheLast() {
    return Mutant.deciding(
            "tpm-asked-to-the-last",
            "the TPM is asked again however few tries it has left",
            ReadyTpm::new)
        .shownIn("first-boot-worn-tpm");
  }

  private static Mutant slotNeverKilled() {
    return Mutant.doing(
        "slot-never-killed",
        "the conversion key's slot is recorded as killed, and is not",
        ports ->
            new Effects(ports) {
              @Override
              protected Either<Refusal, Outcome> retireConversionKey(Job job) {
                return Either.right(new Outcome.ConversionKeyRetired());
              }
            });
  }
}
