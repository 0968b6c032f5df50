package dev.lockstep.journal.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.anchor.AnchorCheck;
import dev.lockstep.journal.anchor.AnchorWatch;
import dev.lockstep.journal.verify.Fleet;
import dev.lockstep.journal.verify.FleetJson;
import dev.lockstep.journal.verify.JournalSource;
import dev.lockstep.journal.verify.JsonForm;
import dev.lockstep.journal.verify.Place;
import dev.lockstep.journal.verify.Places;
import dev.lockstep.journal.verify.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether journals are sound, and names the first record of each that is not. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Says whether journals are sound, and names the first bad record of each.",
    exitCodeListHeading = "Exit codes: ",
    exitCodeList = {
      "0:sound",
      "1:a journal or the anchor can't be read, and none is damaged",
      "20:damaged or tampered with, or not the anchored one"
    })
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "JOURNAL",
      description =
          "A folder with genNNN.cq4 files, a folder with such folders below it, a disk or disk image"
              + " whose boot partition holds one, a quoted pattern, or - for a list of these on"
              + " standard input.")
  private List<String> journals;

  @Option(names = "--json", description = "The verdict as JSON, one object a line.")
  private boolean json;

  @Option(
      names = "--anchor",
      paramLabel = "DEV|FILE",
      description =
          "Also check that the journal holds the record named in the LUKS2 header there: a volume, a"
              + " header's file, or a whole disk or disk image.")
  private Path anchor;

  @Override
  public Integer call() throws Exception {
    List<Place> places = Places.of(journals, System.in);
    if (places.isEmpty()) {
      throw wrong("the list on standard input names no journal");
    }
    if (isTheOneNamed(places)) {
      return switch (places.getFirst()) {
        case Place.Journal(Path path) -> one(path);
        case Place.NoJournal none -> throw wrong(none.sentence());
      };
    }
    if (anchor != null) {
      throw wrong("--anchor belongs to one journal, and here are " + places.size());
    }
    return many(places);
  }

  /** One argument that is one journal, as against one that was found by looking further. */
  private boolean isTheOneNamed(List<Place> places) {
    return journals.size() == 1
        && places.size() == 1
        && !journals.getFirst().equals("-")
        && places.getFirst().name().equals(Path.of(journals.getFirst()).toString());
  }

  private int one(Path journal) throws IOException {
    Optional<AnchorWatch> watch = Optional.ofNullable(anchor).map(AnchorWatch::of);
    Verification verification =
        watch.isPresent()
            ? JournalSource.verify(journal, watch.get())
            : JournalSource.verify(journal);
    Optional<AnchorCheck> checked =
        watch.map(watching -> watching.check(verification.summary().head()));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode verdict = JsonForm.verdict(verification);
      checked.ifPresent(check -> verdict.set("anchor", FleetJson.anchor(check)));
      out.println(verdict);
    } else {
      verification.sentences().forEach(out::println);
      checked.ifPresent(
          check -> {
            out.println(check.sentence());
            out.println(AnchorCheck.MEANING);
          });
    }
    out.flush();
    return Math.max(verification.exitCode(), checked.map(VerifyCommand::exitCode).orElse(0));
  }

  private static int exitCode(AnchorCheck check) {
    return switch (check) {
      case AnchorCheck.Held _ -> Verification.EXIT_SOUND;
      case AnchorCheck.Missing _ -> Verification.EXIT_DAMAGED;
      case AnchorCheck.Unreadable _ -> Fleet.Tally.EXIT_UNREADABLE;
    };
  }

  private int many(List<Place> places) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Fleet.Tally tally =
        Fleet.verify(
            places,
            Runtime.getRuntime().availableProcessors(),
            verdict -> out.println(json ? FleetJson.verdict(verdict) : verdict.line()));
    out.println(json ? FleetJson.summary(tally) : tally.sentence());
    out.flush();
    return tally.exitCode();
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
