package dev.lockstep.installer.install;

import dev.lockstep.installer.filesystem.BootImage;
import dev.lockstep.installer.filesystem.RootFilesystem;
import dev.lockstep.installer.filesystem.RootImage;
import dev.lockstep.statemachine.boot.KernelArgument;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What the operator asked for.
 *
 * @param source a folder that holds an operating system
 * @param disk a block device or an image file
 * @param createBytes makes an image file of this size
 * @param wipe whether what is on the disk may be destroyed
 * @param encrypted whether the boot entry asks for encryption
 * @param loader whether to put a boot loader on the ESP
 * @param rootBytes the size of the root partition; all the rest by default
 * @param arguments for the kernel
 * @param deletedArguments keys of arguments that are not wanted
 */
public record InstallRequest(
    Path source,
    Path disk,
    Option<Long> createBytes,
    boolean wipe,
    boolean encrypted,
    boolean loader,
    BootImage.Type bootType,
    RootFilesystem rootFilesystem,
    RootImage.Size rootExtent,
    Option<Long> rootBytes,
    List<KernelArgument> arguments,
    List<String> deletedArguments) {

  public InstallRequest {
    arguments = List.copyOf(arguments);
    deletedArguments = List.copyOf(deletedArguments);
  }

  /** The same for the same request, whatever the disk holds by now. */
  Digest digest() {
    String all =
        List.of(
                source.toAbsolutePath(),
                disk.toAbsolutePath(),
                encrypted,
                loader,
                bootType,
                rootFilesystem,
                rootExtent,
                rootBytes,
                arguments,
                deletedArguments)
            .toString();
    return Digest.of(all.getBytes(StandardCharsets.UTF_8));
  }
}
