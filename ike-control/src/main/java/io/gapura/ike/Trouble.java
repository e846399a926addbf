package io.gapura.ike;

/**
 * Why a connection, or a child of it, is not up.
 *
 * @param reason in words
 * @param atNs   when it happened last
 * @param times  how often in a row
 */
public record Trouble(String reason, long atNs, int times) {}
