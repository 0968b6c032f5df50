package dev.lockstep.journal.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.anchor.AnchorCheck;
import dev.lockstep.journal.anchor.AnchorWatch;
import dev.lockstep.journal.scan.RecordSink;
import dev.lockstep.journal.verify.Fleet;
import dev.lockstep.journal.verify.FleetJson;
import dev.lockstep.journal.verify.JournalSource;
import dev.lockstep.journal.verify.JsonForm;
import dev.lockstep.journal.verify.KeptStatement;
import dev.lockstep.journal.verify.Place;
import dev.lockstep.journal.verify.Places;
import dev.lockstep.journal.verify.StatementCheck;
import dev.lockstep.journal.verify.StatementWatch;
import dev.lockstep.journal.verify.TrustedKeys;
import dev.lockstep.journal.verify.Verification;
import io.vavr.control.Either;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "20:damaged or tampered with, not the anchored one, or not signed as asked"
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

  @Mixin private VolumeOption volume;

  @Option(names = "--json", description = "The verdict as JSON, one object a line.")
  private boolean json;

  @Option(
      names = "--anchor",
      paramLabel = "DEV|FILE",
      description =
          "Also check that the journal holds the record named in the LUKS2 header there: a volume, a"
              + " header's file, or a whole disk or disk image.")
  private Path anchor;

  @Option(
      names = "--public-key",
      paramLabel = "HEX|FILE",
      description =
          "The last signed head must be by this key, or by any of those in FILE, one a line.")
  private String publicKey;

  @Option(
      names = "--signed-head",
      paramLabel = "FILE",
      description =
          "The journal must still hold what this signed head, kept from an earlier `verify --json`,"
              + " signs.")
  private Path signedHead;

  @Override
  public Integer call() throws Exception {
    Optional<TrustedKeys> keys =
        Optional.ofNullable(publicKey).map(given -> orWrong(TrustedKeys.parse(given)));
    List<Place> places = Places.of(journals, System.in);
    if (places.isEmpty()) {
      throw wrong("the list on standard input names no journal");
    }
    if (isTheOneNamed(places)) {
      return switch (places.getFirst()) {
        case Place.Journal(Path path) -> one(path, keys);
        case Place.NoJournal none -> throw wrong(none.sentence());
      };
    }
    if (volume.isGiven()) {
      throw wrong("--volume belongs to one disk, and here are " + places.size() + " journals");
    }
    if (anchor != null) {
      throw wrong("--anchor belongs to one journal, and here are " + places.size());
    }
    if (signedHead != null) {
      throw wrong("--signed-head belongs to one journal, and here are " + places.size());
    }
    return many(places, keys);
  }

  /** One argument that is one journal, as against one that was found by looking further. */
  private boolean isTheOneNamed(List<Place> places) {
    return journals.size() == 1
        && places.size() == 1
        && !journals.getFirst().equals("-")
        && places.getFirst().name().equals(Path.of(journals.getFirst()).toString());
  }

  private int one(Path journal, Optional<TrustedKeys> keys) throws IOException {
    Optional<StatementWatch> statementWatch =
        Optional.ofNullable(signedHead)
            .map(file -> new StatementWatch(orWrong(KeptStatement.read(file))));
    Optional<AnchorWatch> anchorWatch = Optional.ofNullable(anchor).map(AnchorWatch::of);
    Verification read =
        JournalSource.verify(
            journal, volume.volume(spec.commandLine()), all(statementWatch, anchorWatch));
    Verification verification = keys.map(read::trusting).orElse(read);
    Optional<AnchorCheck> checked =
        anchorWatch.map(watch -> watch.check(read.summary().head(), read.signed()));
    Optional<StatementCheck> statement =
        statementWatch.map(watch -> watch.check(read.summary().head(), read.signed()));
    volume.tellOthers(journal, spec.commandLine());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode verdict = JsonForm.verdict(verification);
      checked.ifPresent(check -> verdict.set("anchor", FleetJson.anchor(check)));
      statement.ifPresent(check -> verdict.set("statement", FleetJson.statement(check)));
      out.println(verdict);
    } else {
      verification.sentences().forEach(out::println);
      checked.ifPresent(
          check -> {
            out.println(check.sentence());
            out.println(AnchorCheck.MEANING);
          });
      statement.map(StatementCheck::sentence).ifPresent(out::println);
    }
    out.flush();
    boolean held = statement.map(StatementCheck::isHeld).orElse(true);
    return Stream.of(
            verification.exitCode(),
            checked.map(VerifyCommand::exitCode).orElse(Verification.EXIT_SOUND),
            held ? Verification.EXIT_SOUND : Verification.EXIT_DAMAGED)
        .max(Integer::compare)
        .orElseThrow();
  }

  private static RecordSink all(
      Optional<? extends RecordSink> first, Optional<? extends RecordSink> second) {
    RecordSink all = RecordSink.NONE;
    for (RecordSink watch : Stream.of(first, second).flatMap(Optional::stream).toList()) {
      all = all.and(watch);
    }
    return all;
  }

  private static int exitCode(AnchorCheck check) {
    return switch (check) {
      case AnchorCheck.Held _ -> Verification.EXIT_SOUND;
      case AnchorCheck.Missing _, AnchorCheck.OtherKey _ -> Verification.EXIT_DAMAGED;
      case AnchorCheck.Unreadable _ -> Fleet.Tally.EXIT_UNREADABLE;
    };
  }

  private int many(List<Place> places, Optional<TrustedKeys> keys) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Fleet.Tally tally =
        Fleet.verify(
            places,
            Runtime.getRuntime().availableProcessors(),
            keys,
            verdict -> out.println(json ? FleetJson.verdict(verdict) : verdict.line()));
    out.println(json ? FleetJson.summary(tally) : tally.sentence());
    out.flush();
    return tally.exitCode();
  }

  private <T> T orWrong(Either<String, T> parsed) {
    return parsed.getOrElseThrow(this::wrong);
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
