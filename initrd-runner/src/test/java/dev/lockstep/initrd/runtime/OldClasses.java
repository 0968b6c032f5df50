package dev.lockstep.initrd.runtime;

import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.constant.ClassDesc;
import java.nio.ByteBuffer;
import java.util.jar.JarFile;

/**
 * Brings class files of before Java 6 up to Java 8's format, the same code with stack maps (JVMS
 * 4.7.4). Picocli is compiled for Java 5: the AOT cache takes none of its classes, and the JVM
 * would verify each of them at every start, with the old, slow verifier.
 */
final class OldClasses {
  private static final int VERSION_AT = 6; // u4 magic, u2 minor, u2 major
  private static final ClassHierarchyResolver JDK = ClassHierarchyResolver.defaultResolver();

  private final ClassFile classFiles;

  /** For the classes of one jar, which may extend each other and the JDK's. */
  OldClasses(JarFile jar) {
    ClassHierarchyResolver own =
        ClassHierarchyResolver.ofResourceParsing(type -> open(jar, type)).cached();
    classFiles =
        ClassFile.of(
            ClassHierarchyResolverOption.of(own.orElse(JDK)),
            StackMapsOption.GENERATE_STACK_MAPS,
            ConstantPoolSharingOption.NEW_POOL); // with the old one code is copied as it is
  }

  /** The class file itself, unless it is an old one. */
  byte[] upgraded(byte[] classFile) {
    if (ByteBuffer.wrap(classFile).getShort(VERSION_AT) >= ClassFile.JAVA_6_VERSION) {
      return classFile;
    }
    return classFiles.transformClass(
        classFiles.parse(classFile),
        (target, element) ->
            target.with(
                element instanceof ClassFileVersion
                    ? ClassFileVersion.of(ClassFile.JAVA_8_VERSION, 0)
                    : element));
  }

  private static InputStream open(JarFile jar, ClassDesc type) {
    String name = type.descriptorString();
    var entry = jar.getEntry(name.substring(1, name.length() - 1) + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
