package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.cryptsetup.Keyslot;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Luks2Metadata;
import dev.lockstep.initrd.cryptsetup.Luks2State;
import dev.lockstep.initrd.cryptsetup.Token;
import dev.lockstep.initrd.cryptsetup.TokenTest;
import dev.lockstep.initrd.cryptsetup.Tokens;
import dev.lockstep.initrd.cryptsetup.Tpm2TokenParameters;
import dev.lockstep.initrd.tpm.Firmware;
import dev.lockstep.initrd.tpm.Tpm;
import dev.lockstep.initrd.tpm.TpmDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The LUKS2 metadata, and who it lets in. */
final class VolumeChecks {

  private static final String TPM2 = "systemd-tpm2";
  private static final String RECOVERY = "systemd-recovery";

  private VolumeChecks() {}

  /**
   * Looks at the metadata.
   *
   * @param keysOfOthers keyslots that another tool made, which no token names
   * @return the keys that are enrolled, in words
   */
  static List<String> metadata(Check.Log log, FinishedDisk disk, int keysOfOthers)
      throws IOException, DemoFailed {
    log.prove(
        "The conversion is finished and final",
        () -> {
          Luks2State state = Luks2State.read(disk.root());
          Check.require(
              state instanceof Luks2State.Encrypted,
              "The LUKS2 metadata says " + state.getClass().getSimpleName() + ", not Encrypted.");
          Luks2Metadata metadata = disk.header().metadata();
          Check.require(
              metadata.requirements().isEmpty(),
              "The LUKS2 metadata still requires " + metadata.requirements());
          Check.require(metadata.segments().size() == 1, "There is more than one LUKS2 segment.");
          return "one segment from byte %d on, no requirement is left"
              .formatted(metadata.segments().getFirst().offsetBytes());
        });
    List<String> keys = new ArrayList<>();
    log.prove(
        "Exactly two keys are enrolled",
        () -> {
          Luks2Header header = disk.header();
          List<Keyslot> slots = header.metadata().keyslots();
          for (Keyslot slot : slots) {
            String tokens = tokensOf(header.metadata(), slot);
            if (!tokens.isEmpty()) {
              keys.add("keyslot " + slot.id() + ": " + tokens);
            }
          }
          Check.require(keys.size() == 2, "The volume has " + keys + ", not two keys.");
          Check.require(
              slots.size() == 2 + keysOfOthers,
              "Of the volume's %d keyslots no token says what %d are for."
                  .formatted(slots.size(), slots.size() - 2));
          Check.require(
              tokens(header.metadata(), TPM2) == 1 && tokens(header.metadata(), RECOVERY) == 1,
              "There is not exactly one TPM2 and one recovery token.");
          return String.join(", ", keys);
        });
    return keys;
  }

  private static String tokensOf(Luks2Metadata metadata, Keyslot slot) {
    return metadata.tokens().stream()
        .filter(token -> token.keyslots().contains(slot.id()))
        .map(Token::type)
        .collect(Collectors.joining(", "));
  }

  private static long tokens(Luks2Metadata metadata, String type) {
    return metadata.tokens().stream().filter(token -> token.type().equals(type)).count();
  }

  static void opensByTpm(Check.Log log, FinishedDisk disk, DemoFolder folder)
      throws IOException, DemoFailed {
    log.prove(
        "The TPM opens the volume",
        () ->
            switch (unlock(disk, folder.tpm(), Firmware.DEFAULT)) {
              case TokenTest.Opens(int slot) -> "keyslot " + slot + ", unattended";
              case TokenTest refused ->
                  throw new DemoFailed(1, "The TPM does not open the volume: " + words(refused));
            });
  }

  static void refusesOthers(Check.Log log, FinishedDisk disk, DemoFolder folder)
      throws IOException, DemoFailed {
    // tss2 and systemd tell of each refusal on standard error; there is no way to stop them here.
    log.prove(
        "Another TPM is refused",
        () ->
            refused(
                unlock(disk, folder.work().resolve("other-tpm"), Firmware.DEFAULT),
                "a fresh TPM with the same firmware opens nothing"));
    log.prove(
        "Changed firmware is refused",
        () ->
            refused(
                unlock(disk, folder.tpm(), Firmware.DEFAULT.measuring(7, "other Secure Boot keys")),
                "the same TPM with another PCR 7 opens nothing"));
  }

  /**
   * A refusal. systemd 252 answers a policy that does not hold as if there were no token; that
   * there is one was just proved by using it.
   */
  private static String refused(TokenTest test, String sentence) throws DemoFailed {
    return switch (test) {
      case TokenTest.Failed _, TokenTest.WrongKey _, TokenTest.NoSuchToken _ -> sentence;
      case TokenTest.Opens _, TokenTest.PinNeeded _, TokenTest.DeviceMissing _ ->
          throw new DemoFailed(1, "It was not refused: " + words(test));
    };
  }

  private static String words(TokenTest test) {
    return test.getClass().getSimpleName();
  }

  private static TokenTest unlock(FinishedDisk disk, Path state, Firmware firmware)
      throws IOException, DemoFailed {
    Tpm tpm =
        new TpmDevice.Software(state)
            .open(firmware)
            .getOrElseThrow(failure -> new DemoFailed(1, failure.message()))
            .get();
    try (tpm) {
      return disk.withCryptsetup(
          device ->
              tpm.lend(
                  name ->
                      device
                          .tokens()
                          .testTpm2(
                              Tokens.ANY, Optional.empty(), Tpm2TokenParameters.device(name))));
    }
  }
}
