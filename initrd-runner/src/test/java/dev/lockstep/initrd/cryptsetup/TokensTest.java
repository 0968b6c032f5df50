package dev.lockstep.initrd.cryptsetup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.tpm.Firmware;
import dev.lockstep.initrd.tpm.PcrSelection;
import dev.lockstep.initrd.tpm.SoftwareTpm;
import dev.lockstep.initrd.tpm.TokenEnrolment;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
  private static final String ANCHOR =
      "{\"type\":\"lockstep-anchor\",\"keyslots\":[],\"head\":\"%s\"}";

  @TempDir private Path folder;
  @TempDir private Path states;
  private VolumeFixture fixture;

  @BeforeEach
  void makeHeader() throws Exception {
    fixture = new VolumeFixture(folder, 16 * VolumeFixture.MIB);
    fixture.prepareHeader(fixture.disk, 512);
  }

  @Test
  void aTokenIsWrittenReplacedReadAndRemoved() throws Exception {
    try (CryptDevice crypt = CryptDevice.open(fixture.header, fixture.disk).load()) {
      Tokens tokens = crypt.tokens();
      assertThat(tokens.json(4)).isEmpty();
      assertThat(tokens.set(4, ANCHOR.formatted("00ff"))).isEqualTo(4);
      assertThat(tokens.set(4, ANCHOR.formatted("11ee"))).isEqualTo(4);
      assertThat(tokens.set(Tokens.ANY, ANCHOR.formatted("22"))).isZero();
      assertThat(tokens.json(4)).hasValueSatisfying(json -> assertThat(json).contains("11ee"));
      Luks2State.Encrypted state = (Luks2State.Encrypted) VolumeFixture.state(fixture.header);
      assertThat(state.header().metadata().tokens())
          .extracting(Token::id, Token::type)
          .containsExactly(tuple(0, "lockstep-anchor"), tuple(4, "lockstep-anchor"));
      tokens.remove(4);
      assertThat(tokens.json(4)).isEmpty();
      assertThatThrownBy(() -> tokens.set(5, "{no json")).isInstanceOf(CryptException.class);
    }
  }

  @Test
  void aTpm2TokenOpensThroughItsTpmAtEveryStageAndNotThroughAnother() throws Exception {
    TokenEnrolment enrolment;
    try (SoftwareTpm tpm = tpm("ours");
        Secret key = VolumeFixture.secret("recovery")) {
      enrolment =
          TokenEnrolment.enrol(tpm, fixture.header, PcrSelection.of(7), key::bytes)
              .getOrElseThrow(failure -> new AssertionError(failure.message()));
      TokenTest opens = new TokenTest.Opens(enrolment.keyslot());
      assertThat(test(tpm, fixture.header, enrolment.token())).isEqualTo(opens);
      assertThat(test(tpm, fixture.header, enrolment.token() + 1))
          .isEqualTo(new TokenTest.NoSuchToken());

      fixture.copyHeadToTail(fixture.disk);
      fixture.initialise(fixture.disk, 512);
      fixture.placeHeader(fixture.disk);
      assertThat(test(tpm, fixture.disk, enrolment.token())).isEqualTo(opens);
      fixture.resume(fixture.disk, "recovery", ConversionProgress.SILENT);
      assertThat(test(tpm, fixture.disk, enrolment.token())).isEqualTo(opens);
    }
    try (SoftwareTpm other = tpm("other")) {
      assertThat(test(other, fixture.disk, enrolment.token())).isInstanceOf(TokenTest.Failed.class);
    }
  }

  private static TokenTest test(SoftwareTpm tpm, Path device, int token) throws Exception {
    return tpm.lend(
        name -> {
          try (CryptDevice crypt = CryptDevice.open(device).load()) {
            return crypt
                .tokens()
                .testTpm2(token, Optional.empty(), Tpm2TokenParameters.device(name));
          }
        });
  }

  private SoftwareTpm tpm(String state) {
    return SoftwareTpm.start(states.resolve(state), Firmware.DEFAULT)
        .getOrElseThrow(
            failure -> {
              Assumptions.abort(failure.message());
              return new AssertionError(failure.message());
            });
  }
}
