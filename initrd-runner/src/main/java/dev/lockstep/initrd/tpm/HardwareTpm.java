package dev.lockstep.initrd.tpm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The machine's own TPM. Through {@code /dev/tpmrm0} the kernel frees what a client left behind;
 * the firmware does startup and measurements, the kernel the orderly shutdown.
 */
public record HardwareTpm(Path path) implements Tpm {
  @Override
  public String device() {
    return path.toString();
  }

  @Override
  public void makeRoom() {
    // The kernel's resource manager does, when a client closes the device.
  }

  @Override
  public byte[] transmit(byte[] command) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(command)); // the kernel takes a command in one write, whole
      ByteBuffer response = ByteBuffer.allocate(TpmTransport.MAX_BYTES);
      int length = channel.read(response); // and gives a response in one read
      return Arrays.copyOf(response.array(), Math.max(0, length));
    }
  }

  @Override
  public void close() {
    // Nothing is held between commands.
  }
}
