package language

import (
	"strings"
	"testing"
)

// short are invented posts of a few words, one a line, without declaration.
var short = map[string]string{
	"en": "Nobody asked us first\nthat's not how consent works\nwhere do I turn this off?",
	"de": "Das geht so nicht\nwo kann man das ausschalten?\nhat mal wieder keiner gefragt",
	"fr": "On ne nous a rien demandé\nc'est n'importe quoi\noù est-ce qu'on désactive ça ?",
	"es": "Nadie nos preguntó nada\nqué vergüenza de empresa\nya lo he desactivado, gracias",
	"it": "Nessuno ci ha chiesto niente\nche schifo, io me ne vado\ncome si disattiva questa cosa?",
	"pt": "Ninguém nos perguntou nada\nnão dá para confiar nessa gente\nonde é que se desliga isto?",
	"nl": "Niemand heeft ons iets gevraagd\nwaar kan ik dit uitzetten?\nhet is toch niet normaal meer",
	"pl": "Nikt nas o to nie pytał\ngdzie się to wyłącza?\njuż dawno usunąłem konto",
	"sv": "Ingen frågade oss om det här\nvar stänger man av det?\ndet är inte okej någonstans",
	"da": "Der er ingen, der har spurgt os\nhvor slår man det fra?\nså er det tid til at slette kontoen",
	"no": "Ingen spurte oss om dette\nhvor skrur jeg av dette?\nnå har jeg slettet kontoen min",
	"fi": "Kukaan ei kysynyt meiltä mitään\nmistä tämän saa pois päältä?\npoistin tilini jo eilen",
	"cs": "Nikdo se nás na nic neptal\nkde se to dá vypnout?\nuž jsem si účet smazal",
	"tr": "Kimse bize sormadı\nbunu nereden kapatıyoruz?\nhesabımı dün sildim zaten",
	"ro": "Nimeni nu ne-a întrebat nimic\nde unde se oprește asta?\nmi-am șters contul ieri",
	"hu": "Senki sem kérdezett meg minket\nhol lehet ezt kikapcsolni?\ntegnap töröltem a fiókomat",
	"ca": "Ningú no ens ha preguntat res\non es pot desactivar això?\nahir vaig esborrar el compte",
	"ru": "Никто нас не спросил\nгде это отключается?\nудалил аккаунт ещё вчера",
	"uk": "Ніхто нас не питав\nде це вимикається?\nя вже видалив свій обліковий запис",
	"ar": "لم يسألنا أحد عن هذا\nكيف أوقف هذه الخاصية؟",
	"fa": "هیچ کس از ما نپرسید\nچطور می شود این را خاموش کرد؟",
	"ja": "誰にも聞かれてない\nこれどこでオフにするの\nひどい",
	"zh": "没有人问过我们\n在哪里可以关掉这个功能？",
	"ko": "아무도 우리한테 안 물어봤다\n이거 어디서 꺼요?",
	"el": "Κανείς δεν μας ρώτησε\nπού το κλείνω αυτό;",
	"he": "אף אחד לא שאל אותנו",
	"th": "ไม่มีใครถามเรา",
	"hi": "किसी ने हमसे नहीं पूछा",
	"ka": "არავის უკითხავს ჩვენთვის",
}

func TestShort(t *testing.T) {
	for want, posts := range short {
		for s := range strings.Lines(posts) {
			s = strings.TrimSpace(s)
			if got, p := (Identifier{}).Identify(text(s), "", ""); got != want {
				t.Errorf("%q is %q, %.2f, want %q", s, got, p, want)
			}
			// A thread in another language does not outweigh a declaration.
			if got, p := (Identifier{}).Identify(text(s), want, "en"); got != want || p < 0.5 {
				t.Errorf("%q, declared, is %q, %.2f, want %q", s, got, p, want)
			}
		}
	}
}
