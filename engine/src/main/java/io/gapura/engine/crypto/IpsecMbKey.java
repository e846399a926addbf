package io.gapura.engine.crypto;

/** A slot of the vault with an expanded key. */
final class IpsecMbKey extends AeadKey {
    final long table;
    /** 256 bits, not 128. */
    final boolean wide;

    private final KeyVault vault;
    private boolean open = true;

    IpsecMbKey(KeyVault vault, long table, boolean wide) {
        this.vault = vault;
        this.table = table;
        this.wide = wide;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            vault.give(table);
        }
    }
}
