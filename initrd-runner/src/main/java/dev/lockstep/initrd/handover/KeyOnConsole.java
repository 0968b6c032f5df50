package dev.lockstep.initrd.handover;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import dev.lockstep.initrd.syscall.Descriptor;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.syscall.TerminalDevice;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Shows the key to whoever sits there. Written to a terminal only, never to standard output or
 * error, which may end in a log: what is written here is kept nowhere.
 *
 * @param candidates of which the first that is a terminal is taken
 * @param qrCode draw it, too
 */
record KeyOnConsole(List<Path> candidates, boolean qrCode) implements Recipient {

  /** White cells on black, whatever the terminal's colours are: a reader wants dark on light. */
  private static final String COLOURS = "\u001b[40;37;1m";

  private static final String PLAIN = "\u001b[0m";
  private static final int QUIET_CELLS = 2;

  @Override
  public Option<String> objection() {
    return TerminalDevice.first(candidates).isDefined()
        ? Option.none()
        : Option.some(
            "The recovery key is to be shown, and there is neither a terminal nor a console to"
                + " show it on; name a file for it instead.");
  }

  @Override
  public String take(Secret key) throws IOException {
    Path terminal =
        TerminalDevice.first(candidates)
            .getOrElseThrow(() -> new IOException("the console is gone"));
    try (Descriptor open = TerminalDevice.openForWriting(terminal)) {
      write(
          open,
          "\r\n  The recovery key of this disk. Write it down: it is shown once, and kept nowhere"
              + " here.\r\n  A key that was shown before opens nothing any more.\r\n\r\n    ");
      key.writeTo(open);
      write(open, "\r\n\r\n");
      if (qrCode) {
        write(open, drawn(new String(bytes(key), StandardCharsets.US_ASCII)));
      }
    }
    return "shown on the console" + (qrCode ? " with a QR code" : "");
  }

  private static byte[] bytes(Secret key) {
    return key.bytes().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
  }

  private static void write(Descriptor terminal, String text) throws IOException {
    try (Secret bytes = Secret.taking(text.getBytes(StandardCharsets.UTF_8))) {
      bytes.writeTo(terminal);
    }
  }

  /**
   * Two rows of cells in each line of text. The encoder takes a string and leaves its own copies on
   * the Java heap, of which no core file is written.
   */
  static String drawn(String text) throws IOException {
    BitMatrix cells;
    try {
      cells =
          new QRCodeWriter()
              .encode(
                  text,
                  BarcodeFormat.QR_CODE,
                  0,
                  0,
                  Map.of(
                      EncodeHintType.ERROR_CORRECTION,
                      ErrorCorrectionLevel.L,
                      EncodeHintType.MARGIN,
                      QUIET_CELLS));
    } catch (WriterException tooLong) {
      throw new IOException("a key of this length can't be drawn as a QR code", tooLong);
    }
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < cells.getHeight(); row += 2) {
      lines.append("    ").append(COLOURS);
      for (int column = 0; column < cells.getWidth(); column++) {
        boolean upper = !cells.get(column, row);
        boolean lower = row + 1 >= cells.getHeight() || !cells.get(column, row + 1);
        lines.append(upper ? (lower ? '█' : '▀') : (lower ? '▄' : ' '));
      }
      lines.append(PLAIN).append("\r\n");
    }
    return lines.append("\r\n").toString();
  }
}
