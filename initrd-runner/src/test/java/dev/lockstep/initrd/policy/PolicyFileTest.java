package dev.lockstep.initrd.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.handover.HandoverPlan;
import dev.lockstep.initrd.tpm.TokenWishes;
import dev.lockstep.initrd.volume.PartitionName;
import dev.lockstep.initrd.volume.PartitionName.Label;
import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.initrd.volume.VolumeWish.Kind;
import dev.lockstep.initrd.volume.VolumeWish.RecoveryKey;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.KeyChoice;
import dev.lockstep.statemachine.firstboot.WhenNoTpm;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFileTest {

  private static final CommandLineLayer NO_OPTIONS =
      new CommandLineLayer(Option.none(), Option.none(), Option.none(), Option.none());

  @TempDir Path folder;

  private static Either<PolicyFault, KeyPolicy> checked(PolicyLayer settings) {
    return KeyPolicy.of(settings, Option.none());
  }

  private static String fault(String toml) {
    return PolicyFile.parse("p.toml", toml).flatMap(PolicyFileTest::checked).getLeft().sentence();
  }

  @Test
  void whatAPolicySaysIsWhatIsAskedOfTheMachine() {
    KeyPolicy policy =
        PolicyFile.parse(
                "p.toml",
                """
                [tpm2]
                pcrs = [14, 7]
                when-absent = "stop"

                [recovery-key]
                file = "/run/media/stick/key"

                [boots]
                max = 5
                """)
            .flatMap(PolicyFileTest::checked)
            .get();
    assertThat(policy.choice())
        .isEqualTo(
            new KeyChoice(
                Job.STANDARD_SLOTS, Option.some(List.of(7, 14)), WhenNoTpm.STOP, WhenNoTpm.CLEAR));
    assertThat(policy.handover().file()).containsExactly(Path.of("/run/media/stick/key"));
    assertThat(policy.maxBoots()).isEqualTo(5);
  }

  @Test
  void whatLiesBehindTheVolumeIsKeptUnlessAPolicySaysOtherwise() {
    assertThat(withTrigger("", "tpm2").rest()).isEqualTo(BehindWindow.KEEP);
    assertThat(withTrigger("", "tpm2,rest=discard").rest()).isEqualTo(BehindWindow.DISCARD);
    assertThat(withTrigger("", "tpm2,rest=wipe").rest()).isEqualTo(BehindWindow.WIPE);
    assertThat(withTrigger("[window]\nrest = \"keep\"\n", "tpm2,rest=wipe").rest())
        .isEqualTo(BehindWindow.KEEP);
    PolicyFault fault = PolicyFile.parse("p.toml", "[window]\nrest = \"burn\"\n").getLeft();
    assertThat(fault.sentence()).contains("p.toml", "keep, discard, wipe");
  }

  @Test
  void passwordAndKeyFileGetSlotsOfTheirOwnBesideTheRecoveryKey() {
    KeyPolicy policy =
        PolicyFile.parse(
                "p.toml",
                "[tpm2]\nenrol = false\n[password]\ncredential = \"disk\"\n[keyfile]\npath = \"/k\"\n")
            .flatMap(settings -> KeyPolicy.of(settings, Option.some(Path.of("/creds"))))
            .get();
    assertThat(policy.choice().slots()).containsExactly(Slot.RECOVERY, Slot.PASSWORD, Slot.KEYFILE);
    assertThat(policy.passwordFile()).containsExactly(Path.of("/creds/disk"));
    assertThat(policy.keyFile()).containsExactly(Path.of("/k"));
  }

  @Test
  void whatAPersonCarriesGetsASlotOfItsOwn() {
    KeyPolicy policy =
        PolicyFile.parse(
                "p.toml",
                """
                [tpm2]
                enrol = false
                [fido2]
                device = "auto"
                [pkcs11]
                uri = "pkcs11:token=x"
                pin-file = "/p"
                """)
            .flatMap(PolicyFileTest::checked)
            .getOrElseThrow(fault -> new AssertionError(fault.sentence()));
    assertThat(policy.choice().slots()).containsExactly(Slot.RECOVERY, Slot.FIDO2, Slot.PKCS11);
    assertThat(policy.tokens().pkcs11Uri()).containsExactly("pkcs11:token=x");
    assertThat(policy.tokens().cardPin()).containsExactly(Path.of("/p"));
  }

  private static KeyPolicy withTrigger(String toml, String trigger) {
    PolicyLayer upper = PolicyFile.parse("p.toml", toml).get();
    return KeyPolicy.of(
            PolicySources.withTrigger(
                upper, Trigger.parse(trigger).toOption(), Option.some(Path.of("/creds"))),
            Option.none())
        .getOrElseThrow(fault -> new AssertionError(fault.sentence()));
  }

  @Test
  void theKernelArgumentFillsInWhatNobodyElseSays() {
    String trigger = "tpm2,pin,recovery=console,qr,absent=stop,locked-out=recovery-only";
    KeyPolicy alone = withTrigger("", trigger);
    assertThat(alone.choice())
        .isEqualTo(
            new KeyChoice(
                List.of(Slot.TPM2_PIN, Slot.RECOVERY),
                Option.none(),
                WhenNoTpm.STOP,
                WhenNoTpm.RECOVERY_ONLY));
    assertThat(alone.handover().console()).isTrue();
    assertThat(alone.handover().qrCode()).isTrue();
    assertThat(alone.pinFile()).containsExactly(Path.of("/creds/lockstep.tpm2-pin"));

    KeyPolicy under =
        withTrigger(
            "[tpm2]\nwhen-absent = \"clear\"\npin-file = \"/p\"\n[recovery-key]\nfile = \"/k\"\n",
            trigger);
    assertThat(under.choice().whenAbsent()).isEqualTo(WhenNoTpm.CLEAR);
    assertThat(under.pinFile()).containsExactly(Path.of("/p"));
    assertThat(under.handover()).isEqualTo(HandoverPlan.toFile(Option.some(Path.of("/k"))));

    KeyPolicy noTpm = withTrigger("[tpm2]\nenrol = false\n[keyfile]\npath = \"/k\"\n", trigger);
    assertThat(noTpm.choice().slots()).containsExactly(Slot.RECOVERY, Slot.KEYFILE);
  }

  @Test
  void anEmptyPolicyIsTheStandardOne() {
    KeyPolicy policy =
        PolicyFile.parse("p.toml", "# nothing\n").flatMap(PolicyFileTest::checked).get();
    assertThat(policy)
        .isEqualTo(
            new KeyPolicy(
                KeyChoice.STANDARD,
                HandoverPlan.toFile(Option.none()),
                Option.none(),
                false,
                Option.none(),
                Option.none(),
                TokenWishes.NONE,
                List.of(),
                BehindWindow.KEEP,
                32));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[tpm2]\\npcr = [7]|p.toml, line 2, column 1: 'tpm2.pcr' is not known",
        "[tpm]\\n|p.toml, line 1, column 2: 'tpm' is not known",
        "x = 1|p.toml, line 1, column 1: 'x' is not known",
        "tpm2 = 3|p.toml, line 1, column 1: 'tpm2' must be a table",
        "[tpm2]\\n  pcrs = 7|p.toml, line 2, column 10: tpm2.pcrs: must be a list",
        "[tpm2]\\npcrs = []|must be a list",
        "[tpm2]\\npcrs = [\"7\"]|must be a list",
        "[tpm2]\\npcrs = [24]|'24' is no PCR",
        "[tpm2]\\npcrs = [7,\\n 9]|p.toml, line 2, column 8: tpm2.pcrs: PCR 9 changes",
        "[tpm2]\\npcrs = [8]|PCR 8 changes when the boot entry is switched",
        "[tpm2]\\npcrs = [12]|PCR 12 changes",
        "[tpm2]\\nwhen-absent = \"shrug\"|must be one of stop, recovery-only, clear",
        "tpm2.when-absent = \"shrug\"|p.toml, line 1, column 20: tpm2.when-absent",
        "[boots]\\nmax = 0|must be a number from 1 to 10000",
        "[boots]\\nmax = 1.5|must be a number",
        "[boots]\\nmax = 99999999999999|must be a number",
        "[recovery-key]\\nfile = true|must be a path, in quotes",
        "[recovery-key]\\nfile = \"\"|must be a path",
        "[tpm2]\\nenrol = false|p.toml, line 2, column 1: tpm2.enrol leaves the recovery key",
        "[tpm2]\\nenrol = false\\npcrs = [7]|line 3, column 1: tpm2.pcrs means nothing where",
        "[password]\\ncredential = \"x\"|password.credential names a credential, and systemd",
        "[password]\\ncredential = \"../x\"|is no name that a credential can have",
        "[password]\\ncredential = \"x\"\\nfile = \"/p\"|are both given; take one out",
        "[keyfile]\\npath = \"/k\"\\n[recovery-key]\\nfile = \"/./k\"|is where the recovery key goes",
        "[recovery-key]\\nqr = true|recovery-key.qr draws on the console, where nothing is shown",
        "[recovery-key]\\nshow = \"both\"|recovery-key.show says that it goes to a file, too",
        "[recovery-key]\\nshow = \"console\"\\nfile = \"/k\"|and a file is named for it; say",
        "[recovery-key]\\nany-medium = true\\nfile = \"/k\"|are both given; take one out",
        "[recovery-key]\\nshow = \"fax\"|must be one of file, console, both",
        "[password]\\nask = true\\nfile = \"/p\"|password.ask and a password that is there already",
        "[tpm2]\\npin = true|'tpm2.pin' is not known",
        "[tpm2]\\npin-credential = \"x\"|tpm2.pin-credential names a credential, and systemd",
        "[tpm2]\\nenrol = false\\npin-file = \"/p\"|line 3, column 1: tpm2.pin-file means nothing",
        "[tpm2]\\npublic-key-pcrs = [11]|tpm2.public-key-pcrs means nothing without tpm2.public-key",
        "[tpm2]\\npublic-key = \"/k\"\\npcrlock = true|tpm2.pcrlock and tpm2.public-key are both given",
        "[tpm2]\\nenrol = false\\npcrlock = true|line 3, column 1: tpm2.pcrlock means nothing",
        "[pkcs11]\\nuri = \"auto\"|p.toml, line 2, column 1: pkcs11.uri needs the card's PIN",
        "[pkcs11]\\npin-file = \"/p\"|pkcs11.pin-file means nothing without pkcs11.uri",
        "[pkcs11]\\nuri = \"pkcs11:?pin-value=1\"\\npin-file = \"/p\"|holds a PIN, which would be seen",
        "[volume]\\nname = \"a\"|p.toml, line 1, column 2: write [[volume]]",
        "[[volume]]\\nname = \"Home\"|p.toml, line 2, column 8: a volume needs a name",
        "[[volume]]\\nname = \"root\"|that is not root",
        "[[volume]]\\npartition = \"a\"|p.toml, line 1, column 3: a volume needs a name",
        "[[volume]]\\nname = \"a\"|p.toml, line 1, column 3: volume.partition must be",
        "[[volume]]\\nname = \"a\"\\npartition = \"PARTUUID=1\"|p.toml, line 3, column 13: volume.partition",
        "[[volume]]\\nname = \"a\"\\nsize = 3|p.toml, line 3, column 1: a volume has kind, name",
        "[[volume]]\\nname = \"a\"\\npartition = \"a\"\\nkind = \"tmp\"|line 4, column 8: volume.kind must",
        "[[volume]]\\nname = \"a\"\\npartition = \"a\"\\nkind = \"swap\"\\nrecovery-key = \"own\"|line 5, column 16: swap has a random key",
        "[[volume]]\\nname = \"a\"\\npartition = \"a\"\\nrecovery-key = \"ours\"|line 4, column 16: volume.recovery-key",
        "[[volume]]\\nname = \"a\"\\npartition = \"a\"\\n[[volume]]\\nname = \"a\"\\npartition = \"b\"|line 5, column 8: another volume",
        "[[volume]]\\nname = \"a\"\\npartition = \"a\"\\n[[volume]]\\nname = \"b\"\\npartition = \"a\"|line 6, column 13: another volume",
        "[recovery-key]\\nshow = \"console\"\\n[[volume]]\\nname = \"a\"\\npartition = \"a\"|line 3, column 3: a shared recovery key must be read back",
        "[boots]\\nmax = = 3|p.toml, line 2, column 7: this is no TOML",
        "[boots]\\nmax = 1\\nmax = 2|p.toml, line 4, column 1: this is no TOML: Duplicate key",
      })
  void whatIsWrongIsToldInOneSentenceWithItsPlace(String toml, String expected) {
    assertThat(fault(toml.replace("\\n", "\n") + "\n"))
        .contains(expected)
        .endsWith(".")
        .doesNotContain("\n");
  }

  @Property
  void noTextWhateverMakesMoreOfItThanOneSentence(@ForAll String text) {
    Either<PolicyFault, PolicyLayer> read = PolicyFile.parse("p.toml", text);
    read.peekLeft(fault -> assertThat(fault.sentence()).doesNotContain("\n", "\u001b"));
  }

  @Test
  void furtherVolumesAreNamedByWhatDoesNotChange() {
    KeyPolicy policy =
        PolicyFile.parse(
                "p.toml",
                """
                [[volume]]
                name = "home"
                partition = "Home of all"
                [[volume]]
                name = "var"
                kind = "filesystem"
                partition = "PARTUUID=11111111-2222-4333-8444-55555555ABCD"
                [[volume]]
                name = "srv"
                partition = "srv"
                recovery-key = "own"
                [[volume]]
                name = "swap"
                partition = "swap"
                kind = "swap"
                """)
            .flatMap(PolicyFileTest::checked)
            .get();
    UUID id = UUID.fromString("11111111-2222-4333-8444-55555555abcd");
    assertThat(policy.volumes())
        .containsExactly(
            new VolumeWish("home", new Label("Home of all"), Kind.FILESYSTEM, RecoveryKey.SHARED),
            new VolumeWish("var", new PartitionName.Id(id), Kind.FILESYSTEM, RecoveryKey.SHARED),
            new VolumeWish("srv", new Label("srv"), Kind.FILESYSTEM, RecoveryKey.OWN),
            new VolumeWish("swap", new Label("swap"), Kind.SWAP, RecoveryKey.SHARED));
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws IOException {
    assertThat(PolicyFile.read(folder.resolve("absent")).getLeft().sentence())
        .contains("absent: the policy file can't be read");
    Path huge = Files.write(folder.resolve("huge"), new byte[PolicyFile.MOST_BYTES + 1]);
    assertThat(PolicyFile.read(huge).getLeft().sentence()).contains("at most 65536 bytes");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xFF, (byte) 0xFE});
    assertThat(PolicyFile.read(binary).getLeft().sentence()).contains("UTF-8");
  }

  @Test
  void theCommandLineGoesBeforeTheFileAndTheFileBeforeTheCredential() throws IOException {
    Path file = Files.writeString(folder.resolve("p.toml"), "[boots]\nmax = 7\n");
    Files.writeString(
        folder.resolve(PolicySources.CREDENTIAL),
        "[boots]\nmax = 9\n[tpm2]\npcrs = [14]\n[recovery-key]\nfile = \"/c\"\n");
    Option<Path> credentials = Option.some(folder);

    KeyPolicy credential =
        PolicySources.read(NO_OPTIONS, Option.none(), credentials)
            .flatMap(PolicyFileTest::checked)
            .get();
    assertThat(credential.maxBoots()).isEqualTo(9);

    KeyPolicy both =
        PolicySources.read(NO_OPTIONS, Option.some(file), credentials)
            .flatMap(PolicyFileTest::checked)
            .get();
    assertThat(both.maxBoots()).isEqualTo(7);
    assertThat(both.choice().pcrs()).containsExactly(List.of(14));

    KeyPolicy all =
        PolicySources.read(
                new CommandLineLayer(
                    Option.some(Path.of("/o")),
                    Option.none(),
                    Option.some(Path.of("/pin")),
                    Option.some(3)),
                Option.some(file),
                credentials)
            .flatMap(PolicyFileTest::checked)
            .get();
    assertThat(all.maxBoots()).isEqualTo(3);
    assertThat(all.pinFile()).containsExactly(Path.of("/pin"));
    assertThat(all.choice().slots()).containsExactly(Slot.TPM2_PIN, Slot.RECOVERY);
    assertThat(all.handover().file()).containsExactly(Path.of("/o"));
  }

  @Test
  void aCredentialThatIsDamagedIsNotPassedOver() throws IOException {
    Files.writeString(folder.resolve(PolicySources.CREDENTIAL), "[boots]\nmaximum = 9\n");
    assertThat(
            PolicySources.read(NO_OPTIONS, Option.none(), Option.some(folder)).getLeft().sentence())
        .contains("lockstep.policy, line 2, column 1: 'boots.maximum' is not known");
  }
}
