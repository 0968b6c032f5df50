package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** A TPM on the other end of a wire may be broken or hostile. */
final class TpmCommandsTest {
  @Test
  void readsTheLockoutProperties() {
    TpmTransport tpm =
        answering(
            "00"
                + "00000006"
                + "00000005"
                + "00000200"
                + "00000200"
                + "0000020e"
                + "00000020"
                + "0000020f"
                + "00000020"
                + "00000210"
                + "00000258"
                + "00000211"
                + "00015180");
    Lockout lockout = Lockout.read(tpm).get();
    assertThat(lockout.failedTries()).isEqualTo(32);
    assertThat(lockout.locked()).isTrue();
    assertThat(lockout.healInterval().toMinutes()).isEqualTo(10);
  }

  @Test
  void sendsGetCapabilityAsTheSpecificationHasIt() throws IOException {
    byte[][] sent = new byte[1][];
    TpmCommands commands =
        new TpmCommands(
            command -> {
              sent[0] = command;
              return answering("00" + "00000006" + "00000000").transmit(command);
            });
    assertThat(commands.properties(0x20E, 1)).isEmpty();
    assertThat(HexFormat.of().formatHex(sent[0]))
        .isEqualTo("8001" + "00000016" + "0000017a" + "00000006" + "0000020e" + "00000001");
  }

  @Test
  void namesTheErrorCodeOfATpmThatRefuses() {
    TpmCommands commands =
        new TpmCommands(command -> HexFormat.of().parseHex("80010000000a00000921"));
    assertThatThrownBy(commands::startup)
        .isInstanceOf(TpmCommands.ResponseException.class)
        .hasMessageContaining("0x921");
  }

  @Test
  void refusesAListLongerThanAskedFor() {
    TpmTransport tpm = answering("00" + "00000001" + "7fffffff");
    assertThatThrownBy(() -> new TpmCommands(tpm).handles(0x80000000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("2147483647 entries");
  }

  @Test
  void refusesAListShorterThanItSays() {
    TpmTransport tpm = answering("00" + "00000001" + "00000002" + "80000000");
    assertThatThrownBy(() -> new TpmCommands(tpm).handles(0x80000000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("shorter");
  }

  @Property
  void noResponseCausesAnythingButAnIoException(@ForAll @Size(max = 60) byte[] body) {
    TpmCommands raw = new TpmCommands(command -> body);
    TpmCommands framed = new TpmCommands(answering(HexFormat.of().formatHex(body)));
    for (TpmCommands commands : new TpmCommands[] {raw, framed}) {
      expectAtWorstAnIoException(() -> commands.properties(0x200, 18));
      expectAtWorstAnIoException(() -> commands.handles(0x80000000));
      expectAtWorstAnIoException(() -> commands.readPcr(7));
    }
  }

  private interface Attempt {
    Object run() throws IOException;
  }

  private static void expectAtWorstAnIoException(Attempt attempt) {
    try {
      assertThat(attempt.run()).isNotNull();
    } catch (IOException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  /** A transport whose header is right and whose body is this. */
  private static TpmTransport answering(String bodyHex) {
    byte[] body = HexFormat.of().parseHex(bodyHex);
    byte[] response = new byte[10 + body.length];
    ByteBuffer.wrap(response).putShort((short) 0x8001).putInt(response.length).putInt(0).put(body);
    return command -> response;
  }
}
