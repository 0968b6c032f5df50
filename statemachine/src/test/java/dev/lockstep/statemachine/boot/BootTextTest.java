package dev.lockstep.statemachine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entry names, the trigger and crypttab. */
class BootTextTest {
  private static final UUID LUKS = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000009");

  @ParameterizedTest
  @CsvSource({
    "debian.conf,debian,-1,0",
    "debian+3.conf,debian,3,0",
    "debian+2-1.conf,debian,2,1",
    "debian+003-0.conf,debian,3,0",
    "a+b+1.conf,a+b,1,0",
    "a+b.conf,a+b,-1,0"
  })
  void aCounterIsReadOffTheFileNameAndWrittenAsItWas(
      String fileName, String stem, int left, int done) {
    EntryName name = EntryName.parse(fileName).get();
    assertThat(name.stem()).isEqualTo(stem);
    assertThat(name.tries().map(EntryName.Tries::left).getOrElse(-1)).isEqualTo(left);
    assertThat(name.tries().map(EntryName.Tries::done).getOrElse(0)).isEqualTo(done);
    assertThat(name.fileName()).isEqualTo(fileName);
    assertThat(name.withoutTries().fileName()).isEqualTo(stem + ".conf");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd.conf",
        ".hidden.conf",
        "debian.txt",
        ".conf",
        "+3.conf",
        "a b.conf",
        "a+1+2.conf",
        "a+3/b.conf"
      })
  void aNameThatLeavesTheFolderOrMeansNothingIsRefused(String fileName) {
    assertThat(EntryName.parse(fileName).isLeft()).isTrue();
  }

  @Property
  void anyFileNameIsReadOrRefused(@ForAll String fileName) {
    EntryName.parse(fileName).peek(name -> assertThat(name.fileName()).isEqualTo(fileName));
  }

  @ParameterizedTest
  @CsvSource({"tpm2,''", "'tpm2,pcrs=7+14','7,14'", "'tpm2,pcrs=14+7+7','7,14'"})
  void bothTriggersMeanTheSame(String value, String pcrs) {
    List<Integer> expected =
        pcrs.isEmpty()
            ? List.of()
            : List.of(pcrs.split(",", -1)).stream().map(Integer::valueOf).toList();
    for (String key : List.of(Trigger.KEY, Trigger.BOOTC_KEY)) {
      Trigger trigger =
          Trigger.find(KernelCommandLine.parse("quiet " + key + "=" + value).get()).get().get();
      assertThat(trigger.pcrs()).isEqualTo(expected);
      assertThat(Trigger.find(KernelCommandLine.of(List.of(trigger.argument()))).get())
          .containsExactly(trigger);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tpm1",
        "tpm2,",
        "tpm2,foo",
        "tpm2,pcrs=",
        "tpm2,pcrs=24",
        "tpm2,pcrs=7+",
        "tpm2,pcrs=7,pcrs=14",
        "tpm2,pcrs=8",
        "tpm2,pcrs=7+9",
        "tpm2,pcrs=12",
        "TPM2",
        "tpm2,pin=1234",
        "tpm2,qr,qr",
        "tpm2,recovery=fax",
        "tpm2,absent=",
        "tpm2,absent",
        "tpm2,=",
        ",tpm2"
      })
  void whatTheTriggerDoesNotKnowIsRefusedInOneSentence(String value) {
    assertThat(Trigger.find(KernelCommandLine.parse(Trigger.KEY + "=" + value).get()).getLeft())
        .startsWith("kernel argument rd.lockstep.encrypt=")
        .doesNotContain("\n");
  }

  @Test
  void theTriggerTakesWhatThePolicyTakesAndSaysWhereItDoesNot() {
    Trigger trigger =
        Trigger.parse("tpm2,pin,pcrs=14+7,recovery=console,qr,absent=stop,locked-out=clear").get();
    assertThat(trigger.pcrs()).containsExactly(7, 14);
    assertThat(trigger.wishes())
        .containsOnly(
            entry("pin", ""),
            entry("qr", ""),
            entry("recovery", "console"),
            entry("absent", "stop"),
            entry("locked-out", "clear"));
    assertThat(Trigger.find(KernelCommandLine.of(List.of(trigger.argument()))).get())
        .containsExactly(trigger);
    assertThat(
            Trigger.find(KernelCommandLine.parse("rd.lockstep.encrypt=tpm2,qr,rpc=7").get())
                .getLeft())
        .startsWith("kernel argument rd.lockstep.encrypt=tpm2,qr,rpc=7, column 29: unknown option");
    assertThat(
            Trigger.find(KernelCommandLine.parse("rd.bootc.luks.encrypt=tpm2,pcrs=9").get())
                .getLeft())
        .contains(", column 28: PCR 9 changes");
  }

  @Test
  void twoTriggersMustAgree() {
    assertThat(
            Trigger.find(
                    KernelCommandLine.parse("rd.lockstep.encrypt=tpm2 rd.bootc.luks.encrypt=tpm2")
                        .get())
                .get())
        .containsExactly(Trigger.tpm2());
    assertThat(
            Trigger.find(
                    KernelCommandLine.parse(
                            "rd.lockstep.encrypt=tpm2 rd.bootc.luks.encrypt=tpm2,pcrs=7")
                        .get())
                .getLeft())
        .contains("twice and differently");
    assertThat(
            Trigger.find(KernelCommandLine.parse("quiet -- rd.lockstep.encrypt=tpm2").get()).get())
        .isEmpty();
  }

  @Property
  void crypttabKeepsEveryOtherLine(@ForAll String text) {
    Crypttab.parse(text)
        .peek(
            crypttab -> {
              assertThat(crypttab.text()).isEqualTo(text);
              Crypttab.Volume root = Crypttab.Volume.root(LUKS, Opener.TPM2);
              Crypttab with = crypttab.with(root);
              assertThat(with.volumes()).contains(root);
              assertThat(with.with(root)).isEqualTo(with);
              assertThat(with.without("root").volumes())
                  .isEqualTo(crypttab.without("root").volumes());
            });
  }

  /** A TPM that has no slot would be waited for. */
  @Test
  void crypttabNamesWhoOpensTheVolumeAndNobodyElse() {
    assertThat(
            Crypttab.empty()
                .with(Crypttab.Volume.root(LUKS, Opener.PERSON))
                .with(Crypttab.Volume.data("home", LUKS, Opener.FIDO2))
                .text())
        .isEqualTo(
            "root UUID=%1$s none luks,x-initrd.attach\nhome UUID=%1$s none fido2-device=auto,nofail\n"
                .formatted(LUKS));
    for (Opener opener : Opener.values()) {
      assertThat(Crypttab.Volume.root(LUKS, opener).isRoot()).isTrue();
      assertThat(Crypttab.Volume.data("home", LUKS, opener).isData()).isTrue();
      assertThat(Crypttab.Volume.data("home", LUKS, opener).isRoot()).isFalse();
    }
    assertThat(new Crypttab.Volume("root", "UUID=" + LUKS, "none", "luks").isRoot()).isFalse();
    assertThat(Crypttab.Volume.randomSwap("swap", LUKS).device()).isEqualTo("PARTUUID=" + LUKS);
  }

  /** Systemd opens a line with noauto for nobody who does not ask for it by name. */
  @Test
  void aStagedVolumesLineIsInertUntilItIsMadeLive() {
    for (Opener opener : Opener.values()) {
      Crypttab.Volume staged = Crypttab.Volume.stagedData("home", LUKS, opener);
      Crypttab.Volume live = Crypttab.Volume.data("home", LUKS, opener);
      assertThat(staged.options()).isEqualTo(opener.option() + ",noauto,nofail");
      assertThat(staged.isData()).isTrue();
      assertThat(staged.isStagedData()).isTrue();
      assertThat(live.isStagedData()).isFalse();
      assertThat(staged.live()).isEqualTo(live);
      assertThat(live.live()).isEqualTo(live);
    }
    Crypttab.Volume persons = new Crypttab.Volume("home", "UUID=" + LUKS, "none", "noauto,nofail");
    assertThat(persons.isData()).isFalse();
    assertThat(persons.live()).isEqualTo(persons);
  }

  @Test
  void ourCrypttabLineReplacesThatOfTheSameName() {
    Crypttab crypttab =
        Crypttab.parse("# keep\ndata UUID=1 /key luks\nroot UUID=old none\nroot UUID=older none\n")
            .get();
    assertThat(crypttab.with(Crypttab.Volume.root(LUKS, Opener.TPM2)).text())
        .isEqualTo(
            "# keep\ndata UUID=1 /key luks\nroot UUID="
                + LUKS
                + " none tpm2-device=auto,x-initrd.attach\n");
    assertThat(Crypttab.empty().with(Crypttab.Volume.root(LUKS, Opener.TPM2)).text())
        .isEqualTo("root UUID=" + LUKS + " none tpm2-device=auto,x-initrd.attach\n");
  }
}
