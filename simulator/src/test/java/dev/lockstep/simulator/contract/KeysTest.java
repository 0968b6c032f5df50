package dev.lockstep.simulator.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.runner.RealPorts;
import dev.lockstep.initrd.tpm.Firmware;
import dev.lockstep.initrd.tpm.SoftwareTpm;
import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.journal.Registry;
import dev.lockstep.simulator.tpm.ModelKeys;
import dev.lockstep.simulator.tpm.ModelTpm;
import dev.lockstep.simulator.tpm.Names;
import dev.lockstep.simulator.tpm.OffDisk;
import dev.lockstep.statemachine.port.Keys;
import io.vavr.control.Option;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The model's keys, and the runner's with a software TPM. */
class KeysTest {

  @Nested
  class Modelled extends KeysContract {
    private final Registry registry = new Registry();
    private ModelTpm tpm = new ModelTpm("firmware-1", OffDisk.NOTHING, Power.STEADY);
    private final Marks used = Marks.NONE;

    @Override
    Keys boot() {
      return boot("firmware-1");
    }

    @Override
    Keys bootOtherwise() {
      return boot("firmware-2");
    }

    private Keys boot(String measured) {
      tpm = new ModelTpm(measured, tpm.offDisk(), Power.STEADY);
      ModelKeys[] keys = new ModelKeys[1];
      Names names = new Names(() -> keys[0] == null ? used : used.and(keys[0].names()));
      keys[0] =
          new ModelKeys(tpm, names, registry, Power.STEADY, Option::none, ModelKeys.Given.NONE);
      return keys[0];
    }
  }

  @Nested
  class WithASoftwareTpm extends KeysContract {
    @TempDir private Path folder;
    private SoftwareTpm tpm;

    @BeforeEach
    void findSwtpm() {
      assumeTrue(Files.isExecutable(Path.of("/usr/bin/swtpm")), "there is no swtpm");
    }

    @AfterEach
    void switchOff() {
      if (tpm != null) {
        tpm.close();
      }
    }

    @Override
    Keys boot() {
      return boot(Firmware.DEFAULT);
    }

    @Override
    Keys bootOtherwise() {
      return boot(Firmware.DEFAULT.measuring(7, "other Secure Boot keys"));
    }

    private Keys boot(Firmware firmware) {
      switchOff();
      tpm =
          SoftwareTpm.start(folder.resolve("tpm"), firmware)
              .getOrElseThrow(failed -> new AssertionError(failed.message()));
      return RealPorts.keys(tpm);
    }
  }
}
