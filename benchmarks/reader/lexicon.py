"""Words that another word can be mistaken for: opposites, sister terms, others of the same kind."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

_PAIRS = """
abandon maintain; abandoned occupied; above below; absence presence; absent present; accelerate
slow; accept reject; accepted rejected; accurate inaccurate; active inactive; actual potential;
add remove; advance retreat; advantage disadvantage; aerial underground; after before; agree
disagree; agree refuse; agreed refused; alive dead; all some; allow forbid; allow prevent; allow
stop; allowed prohibited; ally enemy; also only; always never; ancient modern; animal human;
animal plant; anti pro; apart together; appear vanish; approve reject; approved rejected;
approximately exactly; arctic tropical; arrive leave; artificial natural; ascend descend; attack
defend; attract repel; aunt uncle; autumn spring; avoid cause; back front; bad good; ban permit;
beautiful ugly; began ended; begin conclude; begin end; begin finish; begins ends; best worst;
better worse; big small; bigger smaller; biggest smallest; birth death; black white; born killed;
borrow lend; bottom top; bought sold; boy girl; brother sister; build destroy; built destroyed;
buy sell; capture release; captured released; cause prevent; central outer; certain uncertain;
cheap expensive; child parent; christian muslim; civil military; civilian military; clean dirty;
clear vague; close distant; close open; cloudy sunny; cold hot; cold warm; combine separate; comic
tragic; common rare; common uncommon; common unique; complex simple; confirm deny; conquer
surrender; conservative liberal; constant variable; consume produce; continue stop; continued
stopped; cool warm; copied original; create destroy; created destroyed; criticize praise;
criticized praised; current former; dangerous safe; dark light; daughter son; day night; dead
living; decline growth; decline rise; decrease increase; decreasing increasing; deep shallow;
defeat victory; defense offense; demand supply; demote promote; dense sparse; dense thin;
dependent independent; destroyed preserved; developed undeveloped; died survived; different same;
different similar; difficult easy; direct indirect; discourage encourage; dislike prefer; dismiss
employ; disobey obey; disprove prove; divide unite; divided united; division union; divorced
married; domestic foreign; downstream upstream; dry wet; dull sharp; earlier later; earliest
latest; early late; early recent; earn lose; east west; eastern western; easy hard; empty full;
end start; ended started; enemy friend; enter leave; entered left; even odd; everyone nobody;
exclude include; exclusive inclusive; exhale inhale; expand shrink; explicit implicit; export
import; exterior interior; external internal; fail succeed; failed passed; failed succeeded;
failure success; fall rise; false true; famous unknown; far near; fast slow; faster slower;
fastest slowest; fat thin; father mother; fell rose; female male; few majority; few many; fewer
more; fewest most; final initial; finish start; fired hired; first last; first second; first
third; float sink; follow precede; followed preceded; follower leader; forbidden permitted; forget
remember; former latter; found lost; free slave; frequent rare; front rear; future past; gain
lose; gained lost; general specific; global local; guest host; guilty innocent; happy sad; hard
soft; harm protect; hate love; healthy sick; heavy light; help hinder; hide reveal; hide show;
high low; higher lower; highest lowest; hinder promote; horizontal vertical; husband wife; ignore
notice; illegal legal; imaginary real; important unimportant; impossible possible; improbable
probable; improve worsen; increase limit; increase reduce; indoor outdoor; inner outer; input
output; inside outside; invade liberate; invisible visible; irrational rational; irresponsible
responsible; join leave; joined left; joint separate; junior senior; king queen; known unknown;
land sea; large small; larger smaller; largest smallest; learn teach; least most; leave stay; left
right; lenient strict; less more; like unlike; liquid solid; little much; long short; longer
shorter; longest shortest; loose tight; loser winner; loses wins; loss profit; lost retained; lost
won; loud quiet; lower raise; lower upper; lowered raised; major minor; majority minority; man
woman; mandatory voluntary; married single; mature young; maximum minimum; men women; mental
physical; metropolitan rural; mild severe; mixed pure; modern traditional; mountain valley;
multiple single; narrow wide; negative positive; new old; newer older; newest oldest; north south;
northeast southwest; northern southern; northwest southeast; obey resist; official unofficial;
often rarely; often seldom; old young; older younger; oldest youngest; oppose support; opposed
supported; optional required; ordinary special; outside within; over under; overestimate
underestimate; owned rented; parallel perpendicular; part whole; past present; peace war; peaceful
violent; permanent temporary; plural singular; poor rich; poor wealthy; poorest richest; popular
unpopular; powerful weak; practice theory; predator prey; private public; public secret; pull
push; punish reward; quick slow; raise reduce; rapid slow; rarely usually; receive send; received
sent; religious secular; right wrong; rough smooth; rural urban; save spend; separate united;
shared unshared; short tall; shortage surplus; shortest tallest; stable unstable; start stop;
started stopped; strengthen weaken; strong weak; stronger weaker; strongest weakest; student
teacher; summer winter; sunrise sunset; thick thin; useful useless; with without
"""
_ENDINGS = ("", "s", "es", "ed", "d", "ing", "er", "est", "r", "st", "ly", "ment", "ion")
_NEGATED = """
un able acceptable affected armed authorized available aware broken certain changed clear
comfortable common conscious constitutional conventional credited defeated developed disclosed
employed even expected fair familiar finished fortunate happy identified inhabited known lawful
like likely limited manned marked married named natural necessary noticed official paid pleasant
popular predictable published reasonable related released reliable safe seen signed specified
stable successful suitable sure touched treated used usual wanted willing
in accessible accurate active adequate appropriate capable compatible complete consistent
correct definite dependent direct effective eligible equality expensive experienced formal
justice organic sane sufficient valid visible voluntary
im mature mortal patient perfect possible proper
il legal legally legitimate
ir rational regular relevant
dis advantage agree agreed agreement appeared approval approve belief connected continued like
liked obey pleasure qualified satisfied trust
non fiction linear profit
"""
_FUNCTION_WORDS = """
about above across after again against also although among another around because been before
being below beneath beside between both could does doing down during each either else even ever
every from have having here hers herself however into itself just like likely many might more most
much must neither never none often onto only other over rather said same should since some such
than that their them then there these they this those though through thus toward towards under
until upon very well were what when where whether which while whom whose will with within without
would your called name named kind type
"""
_SISTER = (0.3, 0.46)  # cosines of word embeddings; above, words mostly mean the same
_KIND = (0.18, 0.5)  # the same, among the few words of a paragraph


class Lexicon:
    """Opposites and kindred words, from a list of pairs and a model's word embeddings."""

    def __init__(self, folder: Path) -> None:
        """Compare the word embeddings of the model in a folder."""
        vocabulary = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
        left_out = set(_FUNCTION_WORDS.split())
        words = [
            word
            for word in vocabulary
            if len(word) > 3 and word.isascii() and word.isalpha() and word not in left_out
        ]
        weights = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
        rows = torch.tensor([vocabulary[word] for word in words])
        self._vectors = torch.nn.functional.normalize(weights[rows].float(), dim=-1)
        self._rows = {word: row for row, word in enumerate(words)}
        self._sisters: dict[str, list[str]] = {}
        self._words = words
        self._opposites: dict[str, list[str]] = defaultdict(list)
        for one, other in sorted({*_inflected(vocabulary), *_negated()}):
            self._opposites[one].append(other)
            self._opposites[other].append(one)

    def opposites(self, word: str) -> list[str]:
        """Return the words known to mean the opposite, or to exclude it."""
        return sorted(set(self._opposites.get(word, [])))

    def sisters(self, word: str) -> list[str]:
        """Return words that stand near a word but aren't part of it ("river": "lake", "creek").

        Words of one stem are left out, and so are the nearest, most of which mean the same.
        """
        if word not in self._rows:
            return []
        if word not in self._sisters:
            cosines, places = (self._vectors @ self._vectors[self._rows[word]]).topk(25)
            near = zip(cosines.tolist(), places.tolist(), strict=True)
            self._sisters[word] = [
                self._words[place]
                for cosine, place in near
                if _SISTER[0] < cosine < _SISTER[1] and _same_kind(word, self._words[place])
            ]
        return self._sisters[word]

    def alike(self, word: str, among: Iterable[str]) -> list[str]:
        """Return the words of `among` that could stand in a word's place, the likest first."""
        known = [w for w in dict.fromkeys(among) if w in self._rows and _same_kind(word, w)]
        if word not in self._rows or not known:
            return []
        vectors = self._vectors[torch.tensor([self._rows[w] for w in known])]
        cosines = (vectors @ self._vectors[self._rows[word]]).tolist()
        found = [(c, w) for c, w in zip(cosines, known, strict=True) if _KIND[0] < c < _KIND[1]]
        return [w for _, w in sorted(found, reverse=True)]


def _inflected(vocabulary: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs in all forms that are words."""
    known = set(vocabulary)
    for pair in re.split(r";\s*", _PAIRS.strip()):
        one, other = pair.split()
        yield one, other
        for ending in _ENDINGS[1:]:
            forms = [
                next((f for f in (w + ending, w.removesuffix("e") + ending) if f in known), None)
                for w in (one, other)
            ]
            if forms[0] and forms[1]:
                yield forms[0], forms[1]


def _negated() -> Iterator[tuple[str, str]]:
    """Yield words with those that a prefix makes of them: "stable", "unstable"."""
    for line in re.split(r"\n(?=un |in |im |il |ir |dis |non )", _NEGATED.strip()):
        prefix, *words = line.split()
        yield from ((word, prefix + word) for word in words)


def _same_kind(word: str, other: str) -> bool:
    """Return whether two words have different stems and the same kind of ending."""
    endings = [
        next((e for e in ("ing", "ed", "ly", "s") if w.endswith(e)), "") for w in (word, other)
    ]
    return word[:4] != other[:4] and endings[0] == endings[1]
