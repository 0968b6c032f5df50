package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;

/**
 * The boot partition as one volume's machine sees it: what is the root's under {@code lockstep} is
 * the volume's under {@code lockstep/volumes/NAME}; everything else is the same.
 */
record VolumeFiles(BootPartition boot, String name) implements BootPartition {

  private static final String OURS = "lockstep/";

  /** Of the volumes' folders. */
  static final String PARENT = OURS + "volumes";

  /** Where a volume's journal and prepared files are. */
  static String folder(String name) {
    return PARENT + "/" + name;
  }

  private String own(String path) {
    return path.startsWith(OURS) ? folder(name) + "/" + path.substring(OURS.length()) : path;
  }

  @Override
  public Option<byte[]> read(String path) throws IOException {
    return boot.read(own(path));
  }

  @Override
  public Option<Digest> digest(String path) throws IOException {
    return boot.digest(own(path));
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    boot.write(own(path), content);
  }

  @Override
  public void writeByte(String path, int offsetBytes, byte value) throws IOException {
    boot.writeByte(own(path), offsetBytes, value);
  }

  @Override
  public void sync(String path) throws IOException {
    boot.sync(own(path));
  }

  @Override
  public void delete(String path) throws IOException {
    boot.delete(own(path));
  }

  @Override
  public void erase(String path) throws IOException {
    boot.erase(own(path));
  }

  @Override
  public List<String> list(String folder) throws IOException {
    return boot.list(own(folder));
  }
}
