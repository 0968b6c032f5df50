package dev.lockstep.simulator;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The house stands: no arrow runs up or sideways, and the ground floor knows no world. */
class HouseTest {

  private static JavaClasses house;

  @BeforeAll
  static void read() {
    house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.lockstep");
  }

  @Test
  void everyFloorIsHere() {
    for (String floor : List.of("statemachine", "journal", "initrd", "installer", "simulator")) {
      assertThat(house.stream().map(JavaClass::getPackageName))
          .as(floor)
          .anyMatch(name -> name.startsWith("dev.lockstep." + floor));
    }
  }

  @Test
  void eachFloorStandsOnThoseBelow() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.lockstep..")
        .layer("statemachine")
        .definedBy("dev.lockstep.statemachine..")
        .layer("journal")
        .definedBy("dev.lockstep.journal..")
        .layer("initrd-runner")
        .definedBy("dev.lockstep.initrd..")
        .layer("installer")
        .definedBy("dev.lockstep.installer..")
        .layer("simulator")
        .definedBy("dev.lockstep.simulator..")
        .whereLayer("simulator")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("installer")
        .mayOnlyBeAccessedByLayers("simulator")
        .whereLayer("initrd-runner")
        .mayOnlyBeAccessedByLayers("installer", "simulator")
        .whereLayer("journal")
        .mayOnlyBeAccessedByLayers("initrd-runner", "installer", "simulator")
        .ensureAllClassesAreContainedInArchitecture()
        .check(house);
  }

  @Test
  void theStateMachineHasNoFileProcessClockRandomnessOrJson() {
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep.statemachine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..", "java.net..", "com.fasterxml..", "java.time..")
        .check(house);
    for (Class<?> world :
        new Class<?>[] {
          java.io.File.class,
          java.io.FileInputStream.class,
          java.io.FileOutputStream.class,
          java.io.RandomAccessFile.class,
          java.nio.channels.FileChannel.class,
          Thread.class,
          Process.class,
          ProcessBuilder.class,
          Runtime.class,
          java.util.Random.class,
          java.security.SecureRandom.class,
          java.util.concurrent.ThreadLocalRandom.class
        }) {
      noClasses()
          .that()
          .resideInAPackage("dev.lockstep.statemachine..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(world)
          .check(house);
    }
    for (String clock : new String[] {"currentTimeMillis", "nanoTime", "getenv", "getProperty"}) {
      noClasses()
          .that()
          .resideInAPackage("dev.lockstep.statemachine..")
          .should()
          .callMethodWhere(target(name(clock)))
          .check(house);
    }
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep.statemachine..")
        .should()
        .callMethod(java.util.UUID.class, "randomUUID")
        .check(house);
  }

  @Test
  void noPackageIsInTwoModules() {
    Map<String, Set<String>> modules = new HashMap<>();
    for (JavaClass type : house) {
      String source = type.getSource().orElseThrow().getUri().toString();
      String folder = type.getName().replace('.', '/') + ".class";
      modules
          .computeIfAbsent(type.getPackageName(), _ -> new HashSet<>())
          .add(source.replace(folder, ""));
    }

    assertThat(modules).isNotEmpty().allSatisfy((_, places) -> assertThat(places).hasSize(1));
  }
}
