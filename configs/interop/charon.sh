# strongSwan's charon as the peer, in the namespace $PEER, with ESP in user space (kernel-libipsec): the host kernel
# needs no IPsec of its own. Source it after lib.sh.
#
#   charon_start [KEY=VALUE…]   write swanctl.conf and strongswan.conf from the settings below, run charon, load
#   charon_stop
#   swan COMMAND…               swanctl, bound to this charon
#
# kernel-libipsec always carries ESP in UDP (it pretends that there is a NAT) and knows no ESN.

CHARON_VICI=$STATE/charon.vici
CHARON_URI=unix://$CHARON_VICI
CHARON=/usr/lib/ipsec/charon
CHARON_KERNEL=kernel-libipsec # which plugin carries ESP, before kernel-netlink; none: the kernel itself

install_charon() {
    need $CHARON=strongswan-charon swanctl=strongswan-swanctl \
        /usr/lib/ipsec/plugins/libstrongswan-curve25519.so=libstrongswan-extra-plugins \
        /usr/lib/ipsec/plugins/libstrongswan-openssl.so=libstrongswan-standard-plugins \
        /usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so=libcharon-extra-plugins
    [ -e /dev/net/tun ] || die "strongSwan's kernel-libipsec needs /dev/net/tun"
}

# Settings by name, each optional:
#   local=ADDRESS remote=ADDRESS proposals=… esp=… ah=… secret=… start=start|none local_ts=… remote_ts=… connection='swanctl lines'
#   certs=KIND (of certificates.sh, instead of the secret) cacert=NAME local_id=… remote_id=…
#   ppk=KEY (its id: both-know-it) child='swanctl lines' daemon='strongswan.conf lines of charon { }'
charon_settings() {
    local local=198.51.100.2 remote=192.0.2.1 proposals=default esp=aes256gcm16,aes128gcm16 ah= secret=$SECRET start=none
    local local_ts=10.2.0.0/24 remote_ts=10.1.0.0/24 connection= child= daemon= ppk= setting
    local certs= cacert= local_id=peer.test remote_id=gapura.test local_auth='auth = psk' remote_auth='auth = psk'
    for setting in "$@"; do local "$setting"; done
    rm -rf "$STATE/swanctl"
    mkdir -p "$STATE"/swanctl/{x509,x509ca,x509ocsp,x509aa,x509ac,x509crl,pubkey,private,rsa,ecdsa,bliss,pkcs8,pkcs12}
    if [ -n "$certs" ]; then
        cp "$STATE/pki/peer-$certs.pem" "$STATE/swanctl/x509/"
        cp "$STATE/pki/peer-$certs.key" "$STATE/swanctl/private/"
        cp "$STATE/pki/${cacert:=ca-$certs}.pem" "$STATE/swanctl/x509ca/"
        local_auth="auth = pubkey
      certs = peer-$certs.pem"
        remote_auth="auth = pubkey
      cacerts = $cacert.pem"
    fi
    cat >"$STATE/swanctl/swanctl.conf" <<CONF
connections {
  gapura {
    version = 2
    mobike = no
    local_addrs = $local
    remote_addrs = $remote
    proposals = $proposals
    $connection
    local {
      $local_auth
      id = "$local_id"
    }
    remote {
      $remote_auth
      id = "$remote_id"
    }
    children {
      net {
        local_ts = $local_ts
        remote_ts = $remote_ts
        $(if [ -n "$ah" ]; then echo "ah_proposals = $ah"; else echo "esp_proposals = $esp"; fi)
        start_action = $start
        $child
      }
    }
  }
}
secrets {
  ike-gapura {
    id-a = peer.test
    id-b = gapura.test
    secret = "$secret"
  }
  ${ppk:+ppk-both {
    id = both-know-it
    secret = "$ppk"
  \}}
}
CONF
    cat >"$STATE/strongswan.conf" <<CONF
charon {
  load = random nonce openssl aes sha1 sha2 hmac kdf gcm ccm ctr cmac xcbc chapoly drbg curve25519 pem pkcs1 pkcs8 pubkey x509 revocation constraints $CHARON_KERNEL kernel-netlink socket-default vici updown
  filelog {
    log {
      path = $STATE/charon.log
      time_format = %H:%M:%S
      default = 1
      flush_line = yes
      append = no
    }
  }
  syslog {
    daemon = -1
    auth = -1
  }
  plugins {
    vici {
      socket = $CHARON_URI
    }
  }
  $daemon
}
swanctl {
  load = random nonce openssl
}
CONF
}

charon_start() {
    charon_settings "$@"
    charon_run
}

# charon insists on /run/charon.pid: this one gets a /run of its own, in the mount namespace that ip netns exec makes
charon_run() {
    rm -rf "$STATE/run"
    mkdir "$STATE/run"
    rm -f "$CHARON_VICI"
    ip netns exec $PEER bash -c "mount --bind '$STATE/run' /run && STRONGSWAN_CONF='$STATE/strongswan.conf' exec $CHARON" \
        >"$STATE/charon.out" 2>&1 </dev/null &
    echo $! >"$STATE/charon.pid"
    wait_until 10 [ -S "$CHARON_VICI" ] || { cat "$STATE/charon.out" >&2; return 1; }
    swan --load-all
}

charon_stop() {
    local pid
    pid=$(cat "$STATE/charon.pid" 2>/dev/null) || return 0
    rm -f "$STATE/charon.pid"
    kill "$pid" 2>/dev/null || return 0
    wait_until 10 process_gone "$pid" || kill -9 "$pid"
}

charon_kill() {
    kill -9 "$(cat "$STATE/charon.pid")"
    rm -f "$STATE/charon.pid"
}

swan() {
    local command=$1
    shift
    STRONGSWAN_CONF=$STATE/strongswan.conf SWANCTL_DIR=$STATE/swanctl swanctl "$command" --uri "$CHARON_URI" "$@"
}

# What charon says of its SAs, one `key=value` a word
charon_sas() { swan --list-sas --raw | tr ' {}' '\n\n\n'; }

charon_ike_spis() {
    charon_sas | awk '/^state=/ { state = $0 } /^(initiator|responder)-spi=/ && state == "state=ESTABLISHED"' | sort
}

# Of the child SAs in use: one that was rekeyed stays listed for a few seconds, for packets still under way
charon_child_spis() {
    charon_sas | awk '/^state=/ { state = $0 } /^spi-(in|out)=/ && state == "state=INSTALLED"' | sort
}

charon_ike_sas() { [ "$(charon_sas | grep -c '^state=ESTABLISHED')" = "$1" ]; }

# charon_has IKE-SAS CHILDREN
charon_has() {
    [ "$(charon_sas | awk '/^state=ESTABLISHED/ { sas++ } /^state=INSTALLED/ { children++ } END { print sas + 0, children + 0 }')" = "$1 $2" ]
}

charon_children() { [ "$(charon_sas | grep -c '^state=INSTALLED')" = "$1" ]; }

charon_said() { grep -qE -- "$1" "$STATE/charon.log"; }

stop_peer() { charon_stop; }

# --- how every case of Gapura and strongSwan begins, is known to be up, and is rekeyed

# start_both GAPURA_SETTINGS… -- CHARON_SETTINGS…
start_both() {
    local mine=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        mine+=("$1")
        shift
    done
    gapura_stop
    charon_stop
    nat_of none
    gapura_launch "${mine[@]}"
    charon_start "${@:2}"
    gapura_up
}

up_from_gapura() {
    expect "Gapura's initiate succeeds" gapura initiate --child net
    is_up
}

up_from_strongswan() {
    expect "strongSwan's initiate succeeds" swan --initiate --child net --timeout 15
    is_up
}

is_up() {
    within_seconds 5 "strongSwan has one IKE SA with one child SA" charon_has 1 1
    within_seconds 5 "Gapura has one IKE SA with one child SA" gapura_has 1 1
}

rekeys() {
    case_of "child rekey by Gapura $1, no ping lost" rekeyed charon_child_spis gapura rekey --child net
    case_of "child rekey by strongSwan, Gapura $1, no ping lost" rekeyed charon_child_spis swan --rekey --child net
    case_of "IKE rekey by Gapura $1, no ping lost" rekeyed charon_ike_spis gapura rekey --ike peer
    case_of "IKE rekey by strongSwan, Gapura $1, no ping lost" rekeyed charon_ike_spis swan --rekey --ike gapura
}

# rekeyed SPIS COMMAND…: without loss of a ping what SPIS prints becomes all new, and there is still one of each SA
rekeyed() {
    local spis=$1 before
    before=$($spis)
    expect "there are SPIs before" [ -n "$before" ]
    no_ping_lost_during renewed "$before" "$@"
}

renewed() {
    local before=$1 spis=$2
    expect "${*:3}" "${@:3}"
    within_seconds 10 "no SPI of before is left" spis_are_new "$before" "$spis"
    is_up
}

# spis_are_new BEFORE SPIS: what SPIS prints now has none of them
spis_are_new() {
    local now
    now=$($2)
    [ -n "$now" ] && [ -z "$(comm -12 <(printf '%s\n' "$1") <(printf '%s\n' "$now"))" ]
}
