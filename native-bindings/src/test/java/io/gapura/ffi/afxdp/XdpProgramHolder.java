package io.gapura.ffi.afxdp;

import io.gapura.ffi.bpf.XdpMode;
import io.gapura.ffi.libc.InterfaceIndex;
import java.util.List;

/** A process that attaches a program to the interface that is its argument, says so, and waits to be killed. */
final class XdpProgramHolder {
    private XdpProgramHolder() {
    }

    public static void main(String[] arguments) throws Exception {
        try (XdpProgram program = XdpProgram.forUnprotectedPort(FrameBytes.PORT_MAC)) {
            System.out.println(program.attach(InterfaceIndex.of(arguments[0]), List.of(XdpMode.NATIVE)));
            System.in.read();
        }
    }
}
