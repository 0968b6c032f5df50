package dev.lockstep.statemachine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class KernelCommandLineTest {
  private static final KernelArgument UNLOCK = new KernelArgument("rd.luks.name=aaaa=root");

  @Property
  void printingWhatWasReadGivesTheSameText(@ForAll("commandLines") String text) {
    assertThat(read(text).text()).isEqualTo(text);
  }

  @Property
  void anyTextIsReadOrRefusedWithOneSentence(@ForAll String text) {
    KernelCommandLine.parse(text)
        .peek(line -> assertThat(line.text()).isEqualTo(text))
        .peekLeft(sentence -> assertThat(sentence).isNotBlank().doesNotContain("\n"));
  }

  @Property
  void takingOneArgumentOffLeavesTheOthersAsTheyWere(@ForAll("commandLines") String text) {
    KernelCommandLine before = read(text);
    KernelCommandLine after = before.without(argument -> argument.hasKey("quiet"));
    assertThat(after.arguments())
        .isEqualTo(
            before.arguments().stream().filter(argument -> !argument.hasKey("quiet")).toList());
    assertThat(after.hasInitArguments()).isEqualTo(before.hasInitArguments());
  }

  @Property
  void addingPutsTheArgumentLastAndOnlyOnce(@ForAll("commandLines") String text) {
    KernelCommandLine before = read(text);
    KernelCommandLine once = before.with(List.of(UNLOCK));
    assertThat(once.arguments().getLast()).isEqualTo(UNLOCK);
    assertThat(once.arguments().subList(0, once.arguments().size() - 1))
        .isEqualTo(before.arguments());
    assertThat(once.with(List.of(UNLOCK))).isEqualTo(once);
    assertThat(once.without(UNLOCK::equals).arguments()).isEqualTo(before.arguments());
  }

  @Test
  void quotesKeepBlanksTogetherAsTheKernelDoes() {
    KernelCommandLine line = read("dyndbg=\"file a.c +p; b\" \"other=x y\" plain");
    assertThat(line.values("dyndbg")).containsExactly("file a.c +p; b");
    assertThat(line.values("other")).containsExactly("x y");
    assertThat(line.arguments()).hasSize(3);
  }

  @Test
  void dashAndUnderscoreMeanTheSameInAKey() {
    assertThat(read("rd.luks_name=1").lastValue("rd.luks-name")).containsExactly("1");
  }

  @Test
  void nothingIsAddedBehindTheArgumentsOfInit() {
    assertThat(read("quiet -- single").with(List.of(UNLOCK)).text())
        .isEqualTo("quiet rd.luks.name=aaaa=root -- single");
    assertThat(read("-- quiet").without(argument -> argument.hasKey("quiet")).text())
        .isEqualTo("-- quiet");
  }

  @Test
  void anUnclosedQuoteIsRefusedBecauseItWouldSwallowWhatIsAdded() {
    assertThat(KernelCommandLine.parse("a=\"b c").getLeft()).contains("unclosed double quote");
    assertThat(KernelCommandLine.parse("a\nb").getLeft()).contains("control character at column 2");
  }

  @Provide
  Arbitrary<String> commandLines() {
    Arbitrary<String> argument =
        Arbitraries.of(
            "quiet",
            "ro",
            "root=UUID=1-2",
            "a=\"b c\"",
            "\"x=y z\"",
            "--",
            "quiet=1",
            "\"\"",
            "=",
            "rd.x_y=1",
            "a\"b c\"d");
    Arbitrary<String> gap = Arbitraries.of(" ", "  ", "\t", " \t ");
    Arbitrary<String> edge = Arbitraries.of("", " ", "\t");
    return argument
        .list()
        .ofMaxSize(8)
        .flatMap(
            arguments ->
                gap.flatMap(blank -> edge.map(end -> end + String.join(blank, arguments) + end)));
  }

  private static KernelCommandLine read(String text) {
    return KernelCommandLine.parse(text).get();
  }
}
