package io.gapura.ike.crypto;

import io.gapura.ike.crypto.Selection.Chosen;
import io.gapura.ike.crypto.Selection.Refused;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Negotiation of algorithms, RFC 7296 §2.7 and §3.3.6. */
public final class ProposalSelection {
    private ProposalSelection() {
    }

    /** As responder: the first of {@code wanted} that some offer meets, with our preferred transform of each type. */
    public static Selection choose(List<Proposal> offered, List<Proposal> wanted) {
        for (Proposal want : wanted) {
            for (Proposal offer : offered) {
                List<Transform> common = common(offer, want);
                if (differences(offer, want).isEmpty() && !common.isEmpty()) {
                    return new Chosen(new Proposal(offer.number(), offer.protocol(), offer.spi(), common));
                }
            }
        }
        return refused(offered, wanted);
    }

    /** As initiator: the answer must be one of our proposals, cut down to one transform of each type. */
    public static Selection verify(List<Proposal> answer, List<Proposal> ours) {
        boolean single = answer.size() == 1 && types(answer.getFirst()).stream()
                .allMatch(type -> answer.getFirst().transforms(type).size() == 1);
        if (single) {
            Proposal only = answer.getFirst();
            List<Proposal> accepted = ours.stream().filter(proposal -> proposal.number() == only.number()).toList();
            return choose(answer, accepted.isEmpty() ? ours : accepted);
        }
        return new Refused(Transforms.describe(answer), Transforms.describe(ours),
                "the answer is not one proposal with one transform of each type");
    }

    private static Refused refused(List<Proposal> offered, List<Proposal> wanted) {
        List<String> closest = List.of();
        for (Proposal want : wanted) {
            for (Proposal offer : offered) {
                List<String> differences = differences(offer, want);
                if (closest.isEmpty() || differences.size() < closest.size()) {
                    closest = differences;
                }
            }
        }
        String difference = closest.isEmpty()
                ? offered.isEmpty() ? "no proposal at all" : "the same key exchange would be done twice"
                : "differs in " + String.join(", ", closest);
        return new Refused(Transforms.describe(offered), Transforms.describe(wanted), difference);
    }

    /** One transform of each type that both have, our preferred one; empty if that would do a key exchange twice. */
    private static List<Transform> common(Proposal offer, Proposal want) {
        List<TransformType> types = types(want).stream()
                .filter(type -> want.transforms(type).stream().anyMatch(offer.transforms()::contains)).toList();
        List<Transform> common = new ArrayList<>();
        return choose(types, offer, want, common) ? common : List.of();
    }

    /** From the first type to the last, and back where the rest cannot be completed. */
    private static boolean choose(List<TransformType> types, Proposal offer, Proposal want, List<Transform> chosen) {
        if (types.isEmpty()) {
            return true;
        }
        for (Transform transform : want.transforms(types.getFirst())) {
            if (offer.transforms().contains(transform) && !isRepeated(transform, chosen)) {
                chosen.add(transform);
                if (choose(types.subList(1, types.size()), offer, want, chosen)) {
                    return true;
                }
                chosen.removeLast();
            }
        }
        return false;
    }

    /** The same key exchange twice would add nothing, RFC 9370 §2.2.1. */
    private static boolean isRepeated(Transform transform, List<Transform> chosen) {
        return transform.type().isKeyExchange() && transform.id() != Transforms.NONE
                && chosen.stream().anyMatch(each -> each.type().isKeyExchange() && each.id() == transform.id());
    }

    /** A type that only one side has is a difference too: an offer with a type we do not know cannot be taken. */
    private static List<String> differences(Proposal offer, Proposal want) {
        List<String> differences = new ArrayList<>();
        if (!offer.protocol().equals(want.protocol())) {
            differences.add("protocol (offered %s, wanted %s)".formatted(offer.protocol(), want.protocol()));
        }
        Set<TransformType> types = new LinkedHashSet<>(types(want));
        types.addAll(types(offer));
        for (TransformType type : types) {
            if (!agrees(offer.transforms(type), want.transforms(type))) {
                differences.add("%s (offered %s, wanted %s)".formatted(type, words(offer, type), words(want, type)));
            }
        }
        return differences;
    }

    private static boolean agrees(List<Transform> offered, List<Transform> wanted) {
        if (wanted.isEmpty()) {
            return offered.isEmpty() || offered.stream().anyMatch(ProposalSelection::isNone);
        }
        return offered.isEmpty()
                ? wanted.stream().anyMatch(ProposalSelection::isNone)
                : wanted.stream().anyMatch(offered::contains);
    }

    private static boolean isNone(Transform transform) {
        boolean optional = transform.type().equals(TransformType.INTEGRITY) || transform.type().isKeyExchange();
        return optional && transform.id() == Transforms.NONE;
    }

    private static String words(Proposal proposal, TransformType type) {
        return Transforms.words(proposal.transforms(type), "|");
    }

    private static Set<TransformType> types(Proposal proposal) {
        return proposal.transforms().stream().map(Transform::type)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
