# A small virtual machine with a Linux kernel that has IPsec of its own (ESP without UDP, AH, ESN), and this machine's
# strongSwan on top: Debian's cloud kernel, and a file system in memory that is copied together from installed
# packages. It boots in seconds under KVM, in half a minute without. Source it after lib.sh.
#
#   vm_start        build the image once (~/.cache/gapura/linux-vm), boot it with its network card on the tap
#                   device vm-tap in $PEER's bridge, and wait until it answers; its second card's frames come in UDP
#                   datagrams of port 7002 of $PEER's loopback, and go to port 7001
#   vm COMMAND…     run a shell command in it; its output and exit status
#   vm_stop

VM_CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/gapura/linux-vm
VM_PACKAGES="strongswan-charon strongswan-swanctl strongswan-libcharon libstrongswan libstrongswan-standard-plugins
    libstrongswan-extra-plugins iproute2 iputils-ping iperf3 dash"
VM_MODULES="virtio_pci virtio_net virtio_console af_packet esp4 esp6 ah4 ah6 xfrm_user xfrm_algo echainiv seqiv gcm ccm
    aesni_intel"

vm_install() {
    need qemu-system-x86_64=qemu-system-x86 cpio=cpio zstd=zstd busybox=busybox-static kmod=kmod \
        ip=iproute2 ping=iputils-ping iperf3=iperf3 \
        /usr/lib/ipsec/charon=strongswan-charon swanctl=strongswan-swanctl \
        /usr/lib/ipsec/plugins/libstrongswan-curve25519.so=libstrongswan-extra-plugins \
        /usr/lib/ipsec/plugins/libstrongswan-openssl.so=libstrongswan-standard-plugins
}

# Another suite may be at it
vm_build() {
    mkdir -p "${VM_CACHE%/*}"
    (
        flock 9
        [ -f "$VM_CACHE/initrd" ] && [ "$VM_CACHE/initrd" -nt "$INTEROP/vm.sh" ] || vm_image
    ) 9>"$VM_CACHE.lock" || exit
}

vm_image() {
    say "building the virtual machine's image in $VM_CACHE"
    local root=$VM_CACHE/root
    rm -rf "$VM_CACHE"
    mkdir -p "$root"/{dev,proc,sys,run,tmp,etc,bin,var,lib/modules}
    ln -s /run "$root/var/run"
    vm_kernel "$root"
    vm_programs "$root"
    vm_init >"$root/init"
    chmod +x "$root/init"
    (cd "$root" && find . -print0 | cpio --null -o -H newc --quiet) | zstd -3 -q >"$VM_CACHE/initrd"
    rm -rf "$root"
}

# The newest cloud kernel of the distribution, with the modules named above, what they depend on, and all ciphers
vm_kernel() {
    local root=$1 package release module
    package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-/ { print $2; exit }')
    [ -n "$package" ] || { apt-get update -qq; package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-/ { print $2; exit }'); }
    (cd "$VM_CACHE" && apt-get -qq -o APT::Sandbox::User=root download "$package") || die "could not download $package"
    dpkg -x "$VM_CACHE/$package"_*.deb "$VM_CACHE/kernel"
    release=$(ls "$VM_CACHE/kernel/lib/modules")
    cp "$VM_CACHE/kernel/boot/vmlinuz-$release" "$VM_CACHE/vmlinuz"
    depmod -b "$VM_CACHE/kernel" "$release"
    mkdir -p "$root/lib/modules/$release"
    for module in $VM_MODULES; do
        modprobe -d "$VM_CACHE/kernel" -S "$release" --show-depends "$module" 2>/dev/null | awk '$1 == "insmod" { print $2 }'
    done | sort -u - <(find "$VM_CACHE/kernel/lib/modules/$release/kernel" -path '*crypto/*' -name '*.ko') | while read -r file; do
        install -D "$file" "$root/lib/modules/$release/${file#"$VM_CACHE/kernel/lib/modules/$release/"}"
    done
    depmod -b "$root" "$release" 2>/dev/null
    rm -rf "$VM_CACHE/kernel" "$VM_CACHE/$package"_*.deb
}

# What the packages hold, their shared libraries, and busybox for the rest
vm_programs() {
    local root=$1
    dpkg -L $VM_PACKAGES | grep -E '^/(usr/)?(s?bin|lib)/|^/etc/(strongswan|swanctl)' | while read -r file; do
        [ ! -d "$file" ] && printf '%s\n' "$file"
    done >"$VM_CACHE/files"
    xargs -r -a "$VM_CACHE/files" -n 1 ldd 2>/dev/null | grep -oE '/[^ ]+\.so[^ ]*' | sort -u >>"$VM_CACHE/files"
    ls /lib/*/libgcc_s.so.1 >>"$VM_CACHE/files" # which pthread_cancel loads by name
    sort -u "$VM_CACHE/files" | while read -r file; do
        install -D "$file" "$root$file"
    done
    for link in bin sbin lib lib64; do
        [ -L "/$link" ] || continue
        if [ -d "$root/$link" ]; then
            mkdir -p "$root/usr/$link"
            cp -a "$root/$link/." "$root/usr/$link/"
            rm -rf "${root:?}/$link"
        fi
        ln -s "usr/$link" "$root/$link"
    done
    install -D "$(command -v busybox)" "$root/usr/busybox/busybox"
    printf 'root:x:0:0:root:/:/bin/sh\n' >"$root/etc/passwd"
    printf 'root:x:0:\n' >"$root/etc/group"
}

# The first process: a shell on the second serial port runs each line it reads and says with which status it ended
vm_init() {
    cat <<INIT
#!/bin/dash
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/busybox
/usr/busybox/busybox --install -s /usr/busybox
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /run
for module in $(printf '%s ' $VM_MODULES); do modprobe \$module || echo "no module \$module"; done
echo /usr/busybox/modprobe >/proc/sys/kernel/modprobe # the kernel asks for algorithms by name
ip link set lo up
sysctl -q -w net.ipv4.ip_forward=1
stty raw -echo </dev/ttyS1
echo VM-READY
while true; do
    while read -r line; do
        dash -c "\$line" </dev/null 2>&1
        printf '\n==ended %s\n' \$?
    done </dev/ttyS1 >/dev/ttyS1
done
INIT
}

vm_start() {
    vm_build
    ip -n $PEER address replace 127.0.0.1/8 dev lo
    ip -n $PEER tuntap add vm-tap mode tap
    ip -n $PEER link set vm-tap up
    vm_boot kvm || vm_boot tcg || {
        tail -n 20 "$STATE"/vm-*.log >&2
        die "the virtual machine does not come up"
    }
}

# vm_boot kvm|tcg: with the processor's help, or emulated
vm_boot() {
    : >"$STATE/vm-console.log"
    ip netns exec $PEER qemu-system-x86_64 -machine "q35,accel=$1" -cpu max -smp 1 -m 512 -display none -no-reboot \
        -kernel "$VM_CACHE/vmlinuz" -initrd "$VM_CACHE/initrd" -append "console=ttyS0 quiet panic=1 rdinit=/init" \
        -serial "file:$STATE/vm-console.log" -serial "unix:$STATE/vm-shell,server=on,wait=off" -monitor none \
        -netdev tap,id=lan,ifname=vm-tap,script=no,downscript=no \
        -device virtio-net-pci,netdev=lan,mac=52:54:00:00:00:02,csum=off,guest_csum=off,gso=off,guest_tso4=off,host_tso4=off \
        -netdev socket,id=wire,udp=127.0.0.1:7001,localaddr=127.0.0.1:7002 \
        -device virtio-net-pci,netdev=wire,mac=52:54:00:00:00:03,csum=off,guest_csum=off,gso=off,guest_tso4=off,host_tso4=off \
        >"$STATE/vm-qemu-$1.log" 2>&1 </dev/null &
    echo $! >"$STATE/vm.pid"
    disown
    wait_until 120 vm_booted_or_dead
    vm_booted
}

vm_booted() { grep -q VM-READY "$STATE/vm-console.log"; }

vm_booted_or_dead() { vm_booted || process_gone "$(cat "$STATE/vm.pid")"; }

vm() { python3 "$INTEROP/vm-shell.py" "$STATE/vm-shell" "$*"; }

# vm_put FILE: to the same path in it
vm_put() {
    local part
    vm "mkdir -p '${1%/*}' && : >'$1'"
    base64 -w 900 "$1" | while read -r part; do
        vm "echo $part | base64 -d >>'$1'"
    done
}

vm_stop() {
    local pid
    pid=$(cat "$STATE/vm.pid" 2>/dev/null) || return 0
    rm -f "$STATE/vm.pid"
    kill "$pid" 2>/dev/null || return 0
    wait_until 5 process_gone "$pid" || kill -9 "$pid"
}
