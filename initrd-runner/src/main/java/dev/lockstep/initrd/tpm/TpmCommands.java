package dev.lockstep.initrd.tpm;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The handful of TPM 2.0 commands we send ourselves, so that an initrd needs no tpm2-tools.
 *
 * <p>Source: TPM 2.0 Library, part 3 (commands) and part 2 (structures). Big endian.
 *
 * <pre>
 *  0        2          6               10
 *  | tag    | size     | command code  | handles, authorisation, parameters …
 *  | tag    | size     | response code | parameters …
 * </pre>
 */
final class TpmCommands {
  private static final short NO_SESSIONS = (short) 0x8001;
  private static final short SESSIONS = (short) 0x8002;
  private static final int HEADER_BYTES = 10;

  private static final int CREATE_PRIMARY = 0x131;
  private static final int DICTIONARY_ATTACK_PARAMETERS = 0x13A;
  private static final int PCR_EVENT = 0x13C;
  private static final int STARTUP = 0x144;
  private static final int SHUTDOWN = 0x145;
  private static final int FLUSH_CONTEXT = 0x165;
  private static final int GET_CAPABILITY = 0x17A;
  private static final int PCR_READ = 0x17E;

  private static final short CLEAR = 0;
  private static final int CAPABILITY_HANDLES = 1;
  private static final int CAPABILITY_PROPERTIES = 6;
  static final int OWNER_HIERARCHY = 0x40000001;
  static final int ENDORSEMENT_HIERARCHY = 0x4000000B;
  private static final int LOCKOUT_HIERARCHY = 0x4000000A;
  private static final int PASSWORD_SESSION = 0x40000009;
  private static final short SHA256 = 0x000B;

  /**
   * TPMT_PUBLIC of a storage key that takes no part in the dictionary-attack protection:
   *
   * <pre>
   *   0     2        4           8        10        12    14    16      18    20    22  24
   *   | ECC | SHA-256| attributes| policy | AES-128 in CFB    | scheme| P-256| KDF | x | y |
   *   |     |        |           | none   |                   | none  |      | none| 0 | 0 |
   * </pre>
   */
  private static final byte[] STORAGE_KEY =
      HexFormat.of()
          .parseHex(
              "0023000b00030472" + "0000" + "000600800043" + "0010" + "0003" + "0010" + "00000000");

  private final TpmTransport transport;

  TpmCommands(TpmTransport transport) {
    this.transport = transport;
  }

  /** The TPM answered, with an error. */
  static final class ResponseException extends IOException {
    private final int code;

    ResponseException(int command, int code) {
      super("TPM command 0x%x was answered with error 0x%x".formatted(command, code));
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  /** TPM2_Startup(CLEAR): PCRs start anew. */
  void startup() throws IOException {
    send(NO_SESSIONS, STARTUP, ByteBuffer.allocate(2).putShort(CLEAR));
  }

  /** TPM2_Shutdown(CLEAR): the next startup finds an orderly stop. */
  void shutdown() throws IOException {
    send(NO_SESSIONS, SHUTDOWN, ByteBuffer.allocate(2).putShort(CLEAR));
  }

  /** TPM2_PCR_Event: the TPM hashes the event and extends the PCR in every bank. */
  void measure(int pcr, byte[] event) throws IOException {
    ByteBuffer body = withEmptyPassword(pcr, 2 + event.length);
    body.putShort((short) event.length).put(event);
    send(SESSIONS, PCR_EVENT, body);
  }

  /** TPM2_DictionaryAttackParameters, under an empty lockout authorisation. */
  void setDictionaryAttackParameters(int maxTries, Duration healInterval, Duration lockoutRecovery)
      throws IOException {
    ByteBuffer body = withEmptyPassword(LOCKOUT_HIERARCHY, 12).putInt(maxTries);
    body.putInt((int) healInterval.toSeconds()).putInt((int) lockoutRecovery.toSeconds());
    send(SESSIONS, DICTIONARY_ATTACK_PARAMETERS, body);
  }

  /** A handle and its authorisation, with room for the parameters. */
  private static ByteBuffer withEmptyPassword(int handle, int parameterBytes) {
    ByteBuffer body = ByteBuffer.allocate(4 + 4 + 9 + parameterBytes);
    body.putInt(handle).putInt(9); // size of the authorisation that follows
    return body.putInt(PASSWORD_SESSION).putShort((short) 0).put((byte) 0).putShort((short) 0);
  }

  /** The SHA-256 bank's value of one PCR, 32 bytes. */
  byte[] readPcr(int pcr) throws IOException {
    byte[] selection = new byte[3];
    selection[pcr / 8] = (byte) (1 << (pcr % 8));
    ByteBuffer body = ByteBuffer.allocate(10).putInt(1).putShort(SHA256);
    ByteBuffer response = send(NO_SESSIONS, PCR_READ, body.put((byte) 3).put(selection));
    try {
      response.position(response.position() + 4 + 10); // update counter, the selection again
      if (response.getInt() != 1 || response.getShort() != 32) {
        throw new IOException("The TPM has no SHA-256 value of PCR " + pcr + ".");
      }
      byte[] digest = new byte[32];
      response.get(digest);
      return digest;
    } catch (BufferUnderflowException | IllegalArgumentException shortResponse) {
      throw truncated(shortResponse);
    }
  }

  /** Properties (TPM_PT) from {@code first} on, at most {@code count}. */
  SortedMap<Integer, Integer> properties(int first, int count) throws IOException {
    ByteBuffer response = capability(CAPABILITY_PROPERTIES, first, count);
    try {
      SortedMap<Integer, Integer> properties = new TreeMap<>();
      for (int left = listLength(response, count); left > 0; left--) {
        properties.put(response.getInt(), response.getInt());
      }
      return properties;
    } catch (BufferUnderflowException shortResponse) {
      throw truncated(shortResponse);
    }
  }

  /** Handles in use of the type that {@code first} starts, at most 254. */
  List<Integer> handles(int first) throws IOException {
    ByteBuffer response = capability(CAPABILITY_HANDLES, first, 254);
    try {
      List<Integer> handles = new ArrayList<>();
      for (int left = listLength(response, 254); left > 0; left--) {
        handles.add(response.getInt());
      }
      return handles;
    } catch (BufferUnderflowException shortResponse) {
      throw truncated(shortResponse);
    }
  }

  /**
   * TPM2_CreatePrimary from {@link #STORAGE_KEY}, under an empty authorisation; the key is dropped
   * again.
   *
   * @return its public area
   */
  byte[] primaryPublic(int hierarchy) throws IOException {
    int parameters = 6 + 2 + STORAGE_KEY.length + 2 + 4;
    ByteBuffer body = withEmptyPassword(hierarchy, parameters);
    body.putShort((short) 4).putInt(0); // no password, no data of its own
    body.putShort((short) STORAGE_KEY.length).put(STORAGE_KEY);
    body.putShort((short) 0).putInt(0); // nothing from outside, no PCRs
    ByteBuffer response = send(SESSIONS, CREATE_PRIMARY, body);
    try {
      int handle = response.getInt();
      response.getInt(); // length of the parameters
      byte[] publicArea = new byte[Short.toUnsignedInt(response.getShort())];
      response.get(publicArea);
      drop(handle);
      return publicArea;
    } catch (BufferUnderflowException shortResponse) {
      throw truncated(shortResponse);
    }
  }

  /** A resource manager has done so by then, as soon as the answer was read. */
  private void drop(int handle) throws IOException {
    try {
      flush(handle);
    } catch (ResponseException gone) {
      // then it takes no room
    }
  }

  /** TPM2_FlushContext: drops a transient object or a session. */
  void flush(int handle) throws IOException {
    send(NO_SESSIONS, FLUSH_CONTEXT, ByteBuffer.allocate(4).putInt(handle));
  }

  private ByteBuffer capability(int capability, int first, int count) throws IOException {
    ByteBuffer body = ByteBuffer.allocate(12).putInt(capability).putInt(first).putInt(count);
    ByteBuffer response = send(NO_SESSIONS, GET_CAPABILITY, body);
    try {
      response.get(); // more data: we asked for all that we want
      int answered = response.getInt();
      if (answered != capability) {
        throw new IOException("The TPM answered about capability " + answered + ".");
      }
      return response;
    } catch (BufferUnderflowException shortResponse) {
      throw truncated(shortResponse);
    }
  }

  private static int listLength(ByteBuffer response, int limit) throws IOException {
    int length = response.getInt();
    if (length < 0 || length > limit) {
      throw new IOException("The TPM answered with a list of " + length + " entries.");
    }
    return length;
  }

  /** Sends header and body; gives the response, positioned behind its header. */
  private ByteBuffer send(short tag, int code, ByteBuffer body) throws IOException {
    ByteBuffer command = ByteBuffer.allocate(HEADER_BYTES + body.capacity());
    command.putShort(tag).putInt(command.capacity()).putInt(code).put(body.rewind());
    ByteBuffer response = ByteBuffer.wrap(transport.transmit(command.array()));
    if (response.capacity() < HEADER_BYTES || response.getInt(2) != response.capacity()) {
      throw new IOException("The TPM's response to command 0x%x is damaged.".formatted(code));
    }
    int responseCode = response.getInt(6);
    if (responseCode != 0) {
      throw new ResponseException(code, responseCode);
    }
    return response.position(HEADER_BYTES);
  }

  private static IOException truncated(RuntimeException cause) {
    return new IOException("The TPM's response is shorter than it says.", cause);
  }
}
