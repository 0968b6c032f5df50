package dev.lockstep.statemachine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class BootEntryTest {
  private static final KernelArgument UNLOCK = new KernelArgument("rd.luks.uuid=bbbb");

  @Property
  void printingWhatWasReadGivesTheSameText(@ForAll("entries") String text) {
    assertThat(BootEntry.parse(text).get().text()).isEqualTo(text);
  }

  @Property
  void switchingAnEntryKeepsEveryLineThatIsNotOptions(@ForAll("entries") String text) {
    BootEntry before = BootEntry.parse(text).get();
    BootEntry after = before.without(Trigger::is).with(List.of(UNLOCK));
    assertThat(otherLines(after)).isEqualTo(otherLines(before));
    assertThat(after.trigger().get()).isEmpty();
    List<KernelArgument> expected =
        new ArrayList<>(
            before.kernelCommandLine().arguments().stream()
                .filter(argument -> !Trigger.is(argument))
                .toList());
    expected.add(UNLOCK);
    assertThat(after.kernelCommandLine().arguments()).isEqualTo(expected);
    assertThat(BootEntry.parse(after.text()).get()).isEqualTo(after);
    assertThat(after.without(Trigger::is).with(List.of(UNLOCK))).isEqualTo(after);
  }

  @Property
  void anyTextIsReadOrRefusedWithOneSentence(@ForAll String text) {
    BootEntry.parse(text)
        .peek(entry -> assertThat(entry.text()).isEqualTo(text))
        .peekLeft(sentence -> assertThat(sentence).isNotBlank().doesNotContain("\n"));
  }

  @Test
  void repeatedOptionsAreOneCommandLineAndOnlyTheTriggersLineChanges() {
    BootEntry entry =
        BootEntry.parse(
                """
                # ours
                title  Debian\r
                options root=PARTUUID=1   rw
                options\trd.lockstep.encrypt=tpm2 quiet
                x-unknown y
                """)
            .get();
    assertThat(entry.kernelCommandLine().arguments()).hasSize(4);
    assertThat(entry.trigger().get()).containsExactly(Trigger.tpm2());
    assertThat(entry.without(Trigger::is).with(List.of(UNLOCK)).text())
        .isEqualTo(
            """
            # ours
            title  Debian\r
            options root=PARTUUID=1   rw
            options\tquiet rd.luks.uuid=bbbb
            x-unknown y
            """);
  }

  @Test
  void argumentsOfInitOnAnEarlierLineKeepTheKernelsOwnBeforeThem() {
    BootEntry entry = BootEntry.parse("options quiet -- single\noptions behind\n").get();
    assertThat(entry.with(List.of(UNLOCK)).text())
        .isEqualTo("options quiet rd.luks.uuid=bbbb -- single\noptions behind\n");
  }

  @Test
  void anEntryWithoutOptionsGetsALineOfItsOwn() {
    assertThat(BootEntry.parse("linux /vmlinuz\n").get().with(List.of(UNLOCK)).text())
        .isEqualTo("linux /vmlinuz\noptions rd.luks.uuid=bbbb\n");
  }

  @Test
  void aTornEntryIsRefused() {
    assertThat(BootEntry.parse("title x\n\0\0\0").getLeft()).contains("torn by a power cut");
  }

  @Test
  void aValueCannotSmuggleInALine() {
    assertThatThrownBy(() -> new BootEntry.Field("title", "a\noptions init=/bin/sh"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Provide
  Arbitrary<String> entries() {
    Arbitrary<String> line =
        Arbitraries.of(
            "title Debian 12",
            "  # a comment",
            "",
            "linux /vmlinuz",
            "options root=UUID=1 rw",
            "options rd.lockstep.encrypt=tpm2",
            "options quiet rd.bootc.luks.encrypt=tpm2 ro ",
            "x-unknown  a b\r",
            "\toptions  a=\"b c\"",
            "options x -- y",
            "options",
            "optionsx rd.lockstep.encrypt=tpm2");
    Arbitrary<String> end = Arbitraries.of("", "\n", "\n\n");
    return line.list()
        .ofMinSize(1)
        .ofMaxSize(7)
        .flatMap(lines -> end.map(last -> String.join("\n", lines) + last))
        .filter(BootEntryTest::triggersReachTheKernel);
  }

  /** A trigger behind {@code --} is init's argument: no trigger, and none of our business. */
  private static boolean triggersReachTheKernel(String text) {
    int init = text.indexOf("--");
    return init < 0 || text.lastIndexOf("encrypt=") < init;
  }

  private static List<String> otherLines(BootEntry entry) {
    return entry
        .text()
        .lines()
        .filter(line -> !line.strip().matches("options(\\s.*)?"))
        .filter(line -> !line.isBlank())
        .toList();
  }
}
