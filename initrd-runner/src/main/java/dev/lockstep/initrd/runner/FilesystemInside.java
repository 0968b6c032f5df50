package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.DecryptedVolume;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The superblock inside an encrypted volume, decrypted without dm-crypt. */
final class FilesystemInside {

  private FilesystemInside() {}

  /**
   * Reads it off the medium.
   *
   * @throws IOException it can't be read, or is none
   */
  static FilesystemGeometry.Known read(RandomReader device, Luks2Header header, Secret volumeKey)
      throws IOException {
    byte[] head = new byte[FilesystemGeometry.HEAD_BYTES];
    DecryptedVolume.open(device, header, volumeKey).readFully(0, ByteBuffer.wrap(head));
    return switch (FilesystemGeometry.read(head)) {
      case FilesystemGeometry.Known known -> known;
      case FilesystemGeometry.Unknown(String reason) ->
          throw new IOException("the encrypted volume holds no filesystem: " + reason);
    };
  }
}
