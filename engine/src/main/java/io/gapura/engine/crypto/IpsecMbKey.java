package io.gapura.engine.crypto;

/** A slot of the vault with an expanded key. */
final class IpsecMbKey extends AeadKey {
    /** Of a handle, the address of the key table: tables are aligned, their lowest bits free. */
    static final long TABLE = -2;
    /** Of a handle, whether the key has 256 bits, not 128. */
    private static final long WIDE = 1;

    private final KeyVault vault;
    private boolean open = true;

    IpsecMbKey(KeyVault vault, long table, boolean wide) {
        super(wide ? table | WIDE : table);
        this.vault = vault;
    }

    static boolean isWide(long handle) {
        return (handle & WIDE) != 0;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            vault.give(handle() & TABLE);
        }
    }
}
