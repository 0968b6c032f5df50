package dev.lockstep.simulator.fidelity;

import dev.lockstep.initrd.cryptsetup.ConversionProgress;
import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.Finaliser;
import dev.lockstep.initrd.cryptsetup.HeaderFile;
import dev.lockstep.initrd.cryptsetup.Luks2Format;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Luks2State;
import dev.lockstep.initrd.cryptsetup.Pbkdf;
import dev.lockstep.initrd.cryptsetup.Tokens;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.UUID;

/**
 * Has the real libcryptsetup go through the {@link Step}s on a device, in processes of their own
 * that somebody watches: the first is killed in the midst of the conversion, the second goes on.
 * Each step begins with a file of its name: that is how the watcher tells them apart.
 */
final class LibraryScript {

  /** Before anything that is not to be compared. */
  static final String PREPARATION = "PREPARATION";

  static final String HEADER = "header";

  private static final int SECTOR_BYTES = 512;
  private static final int CONVERSION = 0;
  private static final int OTHER = 1;

  private final Path folder;
  private final Path device;
  private final Path header;

  private LibraryScript(Path folder, Path device) {
    this.folder = folder;
    this.device = device;
    this.header = folder.resolve(HEADER);
  }

  /**
   * Takes steps.
   *
   * @param arguments the folder for files, the device, and the names of the first and last step
   */
  public static void main(String[] arguments) throws IOException {
    LibraryScript script = new LibraryScript(Path.of(arguments[0]), Path.of(arguments[1]));
    Step first = Step.valueOf(arguments[2]);
    Step last = Step.valueOf(arguments[3]);
    for (Step step : EnumSet.range(first, last)) {
      script.take(step);
    }
  }

  private void take(Step step) throws IOException {
    if (step == Step.INITIALISE) {
      begin(PREPARATION);
      format();
    }
    begin(step.name());
    switch (step) {
      case INITIALISE -> initialise();
      case PLACE -> writeDurably(Files.readAllBytes(header));
      case CONVERT_UNTIL_CUT -> convert((_, _) -> ConversionProgress.Next.GO_ON);
      case REPAIR -> repair();
      case RESUME -> resume();
      case FINALISE -> finalise();
      case ADD_SLOT -> addSlot();
      case KILL_SLOT -> killSlot();
      case SET_TOKEN -> setToken();
    }
  }

  private void begin(String name) throws IOException {
    Files.write(folder.resolve(name), new byte[0]);
  }

  /** In a file only: it touches no disk. */
  private void format() throws IOException {
    Luks2Format format =
        new Luks2Format(
            UUID.randomUUID(), "fidelity", Luks2Format.DEFAULT_DATA_OFFSET_SECTORS, SECTOR_BYTES);
    HeaderFile.create(header, format);
    try (CryptDevice crypt = CryptDevice.open(header, device);
        Secret key = key("conversion")) {
      int _ =
          crypt
              .format(format, Pbkdf.forRandomKeys())
              .keyslots()
              .add(CONVERSION, key, Pbkdf.forRandomKeys());
    }
  }

  private void initialise() throws IOException {
    try (CryptDevice crypt = CryptDevice.open(header, device);
        Secret key = key("conversion")) {
      Luks2State _ =
          crypt
              .load()
              .reencryption()
              .initialise(key, CONVERSION, Luks2Format.DEFAULT_DATA_OFFSET_SECTORS, SECTOR_BYTES);
    }
  }

  private void writeDurably(byte[] head) throws IOException {
    try (BlockDeviceFile file = BlockDeviceFile.open(device, BlockDeviceFile.Access.READ_WRITE)) {
      file.writeFully(0, ByteBuffer.wrap(head));
      file.flush();
    }
  }

  private void convert(ConversionProgress progress) throws IOException {
    try (CryptDevice crypt = CryptDevice.open(device);
        Secret key = key("conversion")) {
      Luks2State _ = crypt.load().reencryption().resume(key, progress);
    }
  }

  private void repair() throws IOException {
    try (CryptDevice crypt = CryptDevice.open(device);
        Secret key = key("conversion")) {
      Luks2State _ = crypt.load().reencryption().recover(key);
    }
  }

  /** The head as it is behind the last hot zone is kept: that is what a cut of the end leaves. */
  private void resume() throws IOException {
    convert(
        (total, done) -> {
          if (done >= total) {
            keepHead();
          }
          return ConversionProgress.Next.GO_ON;
        });
  }

  private void keepHead() {
    byte[] head = new byte[Math.toIntExact(VolumeMap.REAL.shift())];
    try (BlockDeviceFile file = BlockDeviceFile.open(device, BlockDeviceFile.Access.READ_ONLY)) {
      file.readFully(0, ByteBuffer.wrap(head));
      Files.write(header, head);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void finalise() throws IOException {
    begin(PREPARATION);
    writeDurably(Files.readAllBytes(header));
    begin(Step.FINALISE.name());
    try (BlockDeviceFile file = BlockDeviceFile.open(device, BlockDeviceFile.Access.READ_WRITE)) {
      Luks2Header _ = Finaliser.finalise(file);
    }
  }

  private void addSlot() throws IOException {
    try (CryptDevice crypt = CryptDevice.open(device);
        Secret key = key("conversion");
        Secret other = key("other")) {
      int _ = crypt.load().keyslots().addByPassphrase(OTHER, key, other, Pbkdf.forRandomKeys());
    }
  }

  private void killSlot() throws IOException {
    try (CryptDevice crypt = CryptDevice.open(device)) {
      crypt.keyslots().destroy(CONVERSION);
    }
  }

  private void setToken() throws IOException {
    try (CryptDevice crypt = CryptDevice.open(device)) {
      int _ = crypt.load().tokens().set(Tokens.ANY, "{\"type\":\"fidelity\",\"keyslots\":[]}");
    }
  }

  /** Of no worth: the device is thrown away. */
  private static Secret key(String text) throws IOException {
    return Secret.taking(text.getBytes(StandardCharsets.US_ASCII));
  }
}
