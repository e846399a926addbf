package io.gapura.engine.crypto;

/** A slot of the vault with an expanded key. Its handle is the slot's address, with what is to be done in its lowest bits. */
final class IpsecMbKey extends AeadKey {
    /** Of a handle, the slot: slots are aligned, their lowest bits free. */
    static final long SLOT = -64;

    static final int GCM_128 = 0;
    static final int GCM_256 = 1;
    static final int GCM_192 = 2;
    static final int GMAC_128 = 3;
    static final int GMAC_192 = 4;
    static final int GMAC_256 = 5;
    static final int AH_GMAC_128 = 6;
    static final int AH_GMAC_192 = 7;
    static final int AH_GMAC_256 = 8;
    /** All that is done by jobs has a number from here on. */
    static final int FIRST_JOB = 9;
    static final int CHACHA20_POLY1305 = 9;
    static final int CCM = 10;
    static final int NULL_AND_MAC = 11;
    static final int CTR_AND_MAC = 12;
    static final int CBC_AND_MAC = 13;

    private final KeyVault vault;
    private boolean open = true;

    IpsecMbKey(KeyVault vault, long slot, int kind) {
        super(slot | kind);
        this.vault = vault;
    }

    static int kind(long handle) {
        return (int) (handle & ~SLOT);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            vault.give(handle() & SLOT);
        }
    }
}
