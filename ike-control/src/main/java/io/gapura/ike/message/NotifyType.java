package io.gapura.ike.message;

import java.util.HashMap;
import java.util.Map;

/** RFC 7296 §3.10.1 and the IANA registry. Numbers without a name here survive decoding. */
public record NotifyType(int number) {
    private static final Map<Integer, String> NAMES = new HashMap<>();

    public static final NotifyType UNSUPPORTED_CRITICAL_PAYLOAD = named(1, "UNSUPPORTED_CRITICAL_PAYLOAD");
    public static final NotifyType INVALID_IKE_SPI = named(4, "INVALID_IKE_SPI");
    public static final NotifyType INVALID_MAJOR_VERSION = named(5, "INVALID_MAJOR_VERSION");
    public static final NotifyType INVALID_SYNTAX = named(7, "INVALID_SYNTAX");
    public static final NotifyType INVALID_MESSAGE_ID = named(9, "INVALID_MESSAGE_ID");
    public static final NotifyType INVALID_SPI = named(11, "INVALID_SPI");
    public static final NotifyType NO_PROPOSAL_CHOSEN = named(14, "NO_PROPOSAL_CHOSEN");
    public static final NotifyType INVALID_KE_PAYLOAD = named(17, "INVALID_KE_PAYLOAD");
    public static final NotifyType AUTHENTICATION_FAILED = named(24, "AUTHENTICATION_FAILED");
    public static final NotifyType SINGLE_PAIR_REQUIRED = named(34, "SINGLE_PAIR_REQUIRED");
    public static final NotifyType NO_ADDITIONAL_SAS = named(35, "NO_ADDITIONAL_SAS");
    public static final NotifyType INTERNAL_ADDRESS_FAILURE = named(36, "INTERNAL_ADDRESS_FAILURE");
    public static final NotifyType FAILED_CP_REQUIRED = named(37, "FAILED_CP_REQUIRED");
    public static final NotifyType TS_UNACCEPTABLE = named(38, "TS_UNACCEPTABLE");
    public static final NotifyType INVALID_SELECTORS = named(39, "INVALID_SELECTORS");
    public static final NotifyType TEMPORARY_FAILURE = named(43, "TEMPORARY_FAILURE");
    public static final NotifyType CHILD_SA_NOT_FOUND = named(44, "CHILD_SA_NOT_FOUND");
    public static final NotifyType STATE_NOT_FOUND = named(47, "STATE_NOT_FOUND");
    public static final NotifyType TS_MAX_QUEUE = named(48, "TS_MAX_QUEUE");
    public static final NotifyType INITIAL_CONTACT = named(16384, "INITIAL_CONTACT");
    public static final NotifyType SET_WINDOW_SIZE = named(16385, "SET_WINDOW_SIZE");
    public static final NotifyType ADDITIONAL_TS_POSSIBLE = named(16386, "ADDITIONAL_TS_POSSIBLE");
    public static final NotifyType IPCOMP_SUPPORTED = named(16387, "IPCOMP_SUPPORTED");
    public static final NotifyType NAT_DETECTION_SOURCE_IP = named(16388, "NAT_DETECTION_SOURCE_IP");
    public static final NotifyType NAT_DETECTION_DESTINATION_IP = named(16389, "NAT_DETECTION_DESTINATION_IP");
    public static final NotifyType COOKIE = named(16390, "COOKIE");
    public static final NotifyType USE_TRANSPORT_MODE = named(16391, "USE_TRANSPORT_MODE");
    public static final NotifyType HTTP_CERT_LOOKUP_SUPPORTED = named(16392, "HTTP_CERT_LOOKUP_SUPPORTED");
    public static final NotifyType REKEY_SA = named(16393, "REKEY_SA");
    public static final NotifyType ESP_TFC_PADDING_NOT_SUPPORTED = named(16394, "ESP_TFC_PADDING_NOT_SUPPORTED");
    public static final NotifyType NON_FIRST_FRAGMENTS_ALSO = named(16395, "NON_FIRST_FRAGMENTS_ALSO");
    public static final NotifyType MOBIKE_SUPPORTED = named(16396, "MOBIKE_SUPPORTED");
    public static final NotifyType AUTH_LIFETIME = named(16403, "AUTH_LIFETIME");
    public static final NotifyType MULTIPLE_AUTH_SUPPORTED = named(16404, "MULTIPLE_AUTH_SUPPORTED");
    public static final NotifyType REDIRECT_SUPPORTED = named(16406, "REDIRECT_SUPPORTED");
    public static final NotifyType REDIRECT = named(16407, "REDIRECT");
    public static final NotifyType REDIRECTED_FROM = named(16408, "REDIRECTED_FROM");
    public static final NotifyType TICKET_LT_OPAQUE = named(16409, "TICKET_LT_OPAQUE");
    public static final NotifyType TICKET_REQUEST = named(16410, "TICKET_REQUEST");
    public static final NotifyType TICKET_ACK = named(16411, "TICKET_ACK");
    public static final NotifyType TICKET_NACK = named(16412, "TICKET_NACK");
    public static final NotifyType TICKET_OPAQUE = named(16413, "TICKET_OPAQUE");
    public static final NotifyType EAP_ONLY_AUTHENTICATION = named(16417, "EAP_ONLY_AUTHENTICATION");
    public static final NotifyType CHILDLESS_IKEV2_SUPPORTED = named(16418, "CHILDLESS_IKEV2_SUPPORTED");
    public static final NotifyType QCD_TOKEN = named(16419, "QCD_TOKEN");
    public static final NotifyType IKEV2_MESSAGE_ID_SYNC_SUPPORTED = named(16420, "IKEV2_MESSAGE_ID_SYNC_SUPPORTED");
    public static final NotifyType IKEV2_FRAGMENTATION_SUPPORTED = named(16430, "IKEV2_FRAGMENTATION_SUPPORTED");
    public static final NotifyType SIGNATURE_HASH_ALGORITHMS = named(16431, "SIGNATURE_HASH_ALGORITHMS");
    public static final NotifyType USE_PPK = named(16435, "USE_PPK");
    public static final NotifyType PPK_IDENTITY = named(16436, "PPK_IDENTITY");
    public static final NotifyType NO_PPK_AUTH = named(16437, "NO_PPK_AUTH");
    public static final NotifyType INTERMEDIATE_EXCHANGE_SUPPORTED = named(16438, "INTERMEDIATE_EXCHANGE_SUPPORTED");
    public static final NotifyType ADDITIONAL_KEY_EXCHANGE = named(16441, "ADDITIONAL_KEY_EXCHANGE");
    public static final NotifyType SUPPORTED_AUTH_METHODS = named(16443, "SUPPORTED_AUTH_METHODS");
    public static final NotifyType SA_RESOURCE_INFO = named(16444, "SA_RESOURCE_INFO");
    public static final NotifyType USE_PPK_INT = named(16445, "USE_PPK_INT");
    public static final NotifyType PPK_IDENTITY_KEY = named(16446, "PPK_IDENTITY_KEY");

    private static final int FIRST_STATUS = 16384;

    /** The request failed; also for numbers we do not know, RFC 7296 §3.10.1. */
    public boolean isError() {
        return number < FIRST_STATUS;
    }

    private static NotifyType named(int number, String name) {
        NAMES.put(number, name);
        return new NotifyType(number);
    }

    @Override
    public String toString() {
        String name = NAMES.get(number);
        return name != null ? name : (isError() ? "error " : "status ") + number;
    }
}
