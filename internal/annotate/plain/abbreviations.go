package plain

import "strings"

// Words that end in a full stop which ends no sentence, in lower case and
// without it, by what a full stop after them says.
const (
	// never: names, figures and words that it explains follow it.
	never = `mr mrs ms dr dra drs prof hr fr frl mme mlle mmes mm messrs sr sra srta dña sres st ste rev hon
		vs cf eg ie viz resp ca vgl bzw bspw zzgl ggf evtl inkl exkl sog bzgl geb gest dipl ing env approx aprox
		ej avda pza dpto ss ff hrsg abk zb dh`
	// numbered: a number follows it, or it ends a sentence.
	numbered = `no nr nos art arts abs abb fig figs sec pp vol ch chap kap cap bd tab eq par ziff rn rdnr núm pág
		págs para tel col tit jan feb febr mar apr jun jul aug sep sept oct okt nov dec dez janv févr juil déc
		ene abr ago dic`
	// often: it ends a sentence where the next word begins one.
	often = `etc usw usf uvm ua al inc ltd co corp jr dept est gov gen sen rep capt lt sgt pres mt ft min max
		std sek mio mrd tsd str jh jhd jahrh av ex`
)

// starters are words that begin sentences and, with a capital letter, little
// else: what tells "in the U.S. The law" from "in the U.S. Senate".
const starters = `the a an this that these those it its he she they we you i there here what when where why how who which
	if but and so or not no yes in on at for from with as to because while after before since then now also however
	my your our their his her is are was do does did can let please thanks
	nobody nothing everybody everyone everything someone something people most many some all one just only maybe perhaps
	der die das ein eine einer eines es er sie wir ihr ich du man dies diese dieser dieses was wer wie wo wann warum
	wenn aber und oder nicht nein ja im am bei für von mit als zu zum zur weil während nach vor seit dann jetzt auch
	doch denn hier da mein meine unser unsere sein seine ist sind war kein keine damit deshalb dazu
	le la les l un une des ce cet cette ces c il elle ils elles on nous vous je j tu qui que quoi quand où pourquoi comment
	si mais et ou ne non oui dans en sur pour par avec comme à parce après avant depuis puis alors aussi mon ma mes
	notre nos leur leurs son sa ses est sont était donc ici
	el los las lo una unos unas este esta estos estas eso esto ese esa él ella ellos ellas nosotros yo tú quien qué
	cuando cuándo donde dónde por cómo pero y o no sí con como para porque después antes desde entonces ahora también
	mi mis nuestra nuestro su sus es son era además aquí`

// stop is what a full stop after a word says.
type stop uint8

const (
	ends      stop = iota // the sentence ends
	goesOn                // it goes on
	ifNumber              // it goes on if a number follows
	ifStarter             // it ends if a word follows that begins sentences
)

var stops = func() map[string]stop {
	m := make(map[string]stop)
	for words, s := range map[string]stop{never: goesOn, often: ifStarter} {
		for w := range strings.FieldsSeq(words) {
			m[w] = s
		}
	}
	for w := range strings.FieldsSeq(numbered) {
		m[w] = ifNumber
	}
	return m
}()

var isStarter = set(starters)

// ordinals are words before which German writes "3." for the third.
var ordinals = set(`am im zum zur vom beim bis ab seit der die das den dem des ein eine einen einem einer jeden jeder
	mein meine meinem meinen meiner dein sein seine seinem seinen ihr ihre ihrem ihren unser unsere unserem neuen letzten ersten`)

func set(names string) map[string]bool {
	m := make(map[string]bool)
	for name := range strings.FieldsSeq(names) {
		m[name] = true
	}
	return m
}
