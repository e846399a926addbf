#!/usr/bin/env bash
# strongSwan of Debian 12 with ESP in user space (its plugin kernel-libipsec), AES-128-GCM-16, in UDP, without ESN:
# this plugin knows no other way.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

PEER='strongSwan libipsec' TOPOLOGIES='hosts gateways'
CHARON=/usr/lib/ipsec/charon

peer_install() {
    need $CHARON=strongswan-charon swanctl=strongswan-swanctl \
        /usr/lib/ipsec/plugins/libstrongswan-openssl.so=libstrongswan-standard-plugins \
        /usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so=libcharon-extra-plugins
    [ -e /dev/net/tun ] || die "needs /dev/net/tun"
}

peer_version() { package_version strongswan-charon; }

peer_up() {
    kernel_forwards
    charon "$B" b 192.0.2.2 10.2.0.0/24 a 192.0.2.1 10.1.0.0/24 none
    charon "$A" a 192.0.2.1 10.1.0.0/24 b 192.0.2.2 10.2.0.0/24 start
}

# charon NAMESPACE NAME ADDRESS NETWORK PEER ADDRESS NETWORK START: its settings, then the daemon, with a /run of its
# own for its pid file
charon() {
    local home=$STATE/$2
    mkdir -p "$home/run" "$home"/swanctl/{x509,x509ca,x509ocsp,x509aa,x509ac,x509crl,pubkey,private,rsa,ecdsa,bliss,pkcs8,pkcs12}
    connections "${@:2}" >"$home/swanctl/swanctl.conf"
    cat >"$home/strongswan.conf" <<CONF
charon {
  load = random nonce openssl aes sha1 sha2 hmac kdf gcm drbg pem pkcs1 pubkey x509 constraints kernel-libipsec kernel-netlink socket-default vici updown
  syslog {
    daemon = -1
    auth = -1
  }
  plugins {
    vici {
      socket = unix://$home/vici
    }
  }
}
swanctl {
  load = random nonce openssl
}
CONF
    background "$1" "charon-$2" \
        bash -c "mount --bind '$home/run' /run && STRONGSWAN_CONF='$home/strongswan.conf' exec $CHARON"
    wait_until 10 [ -S "$home/vici" ] || die "charon did not start"
    STRONGSWAN_CONF=$home/strongswan.conf SWANCTL_DIR=$home/swanctl swanctl --load-all --uri "unix://$home/vici" \
        >"$STATE/swanctl-$2.log" 2>&1
}

connections() {
    cat <<CONF
connections {
  peers {
    version = 2
    mobike = no
    local_addrs = $2
    remote_addrs = $5
    proposals = aes128gcm16-prfsha256-ecp256
    local {
      auth = psk
      id = gateway-$1
    }
    remote {
      auth = psk
      id = gateway-$4
    }
    children {
      net {
        local_ts = $3
        remote_ts = $6
        esp_proposals = aes128gcm16
        start_action = $7
      }
    }
  }
}
secrets {
  ike-peers {
    id-a = gateway-a
    id-b = gateway-b
    secret = "only for this measurement"
  }
}
CONF
}

peer_main "$@"
