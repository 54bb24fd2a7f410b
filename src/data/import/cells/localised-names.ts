import type { PriceRole } from './price-roles.js'

/**
 * Headers of the download pages of Investing.com, Stooq, finanzen.net and others, as
 * `plainName` writes them, in the languages that they come in.
 */
const PRICES: Readonly<Record<PriceRole, ReadonlySet<string>>> = {
  open: words(`eröffn eröffnung eröffnungskurs erster ouv ouverture apertura abertura aper otwarcie
    öppen öppning åpen åpning åbning avaus откр открытие açılış pembukaan mở mởcửa 始値 시가 开盘 开盘价
    開盤 開盤價 άνοιγμα פתיחה افتتاح เปิด`),
  high: words(`hoch höchst höchstkurs tageshoch plushaut haut máximo máx maximo máxima maxima massimo
    hoog najwyższy najwyzszy högsta høy høj ylin макс максимум yüksek tertinggi cao 高値 고가 高 最高
    最高价 最高價 υψηλό גבוה أعلى สูงสุด`),
  low: words(`tief tiefst tiefstkurs tagestief plusbas bas mínimo mín minimo mínima minima laag
    najniższy najnizszy lägsta lav alin мин минимум düşük terendah thấp 安値 저가 低 最低 最低价 最低價
    χαμηλό נמוך أدنى ต่ำสุด`),
  close: words(`schluss schlusskurs schluß zuletzt letzter kurs clôture cloture dernier fermeture
    cierre último ultimo fechamento chiusura slot slotkoers laatste laatst zamknięcie zamkniecie
    ostatnio senaste stängning siste seneste viimeisin цена закр закрытие şimdi kapanış terakhir
    penutupan lầncuối đóngcửa 終値 종가 현재가 收盘 收盘价 收盤 收盤價 τελευταία שער סגירה إغلاق ล่าสุด`),
}

/** Names of times that are not English. */
export const LOCALISED_TIMES: ReadonlySet<string> =
  words(`datum zeit zeitpunkt uhrzeit heure fecha hora data ora tijd czas päivämäärä dato tid дата
    время tarih saat tanggal waktu ngày 日付け 日付 日時 時刻 날짜 시간 일자 日期 时间 時間 ημερομηνία תאריך
    التاريخ วันเดือนปี`)

/** Names of volume that leave open what it counts; that count pieces; that count money. */
export const LOCALISED_VOLUMES: ReadonlySet<string> =
  words(`volumen volym volum volumi hacim hac wolumen объём объем 出来高 거래량 交易量 成交量 kl όγκος
    الحجم ปริมาณ`)
export const LOCALISED_PIECES: ReadonlySet<string> = words('stücke stuecke stück stueck stk')
export const LOCALISED_MONEY: ReadonlySet<string> = words('umsatz 成交额 成交額 거래대금')

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/))
}

/** The price whose name in another language a plain name is. */
export function localisedPriceOf(plain: string): PriceRole | undefined {
  return (Object.keys(PRICES) as PriceRole[]).find(role => PRICES[role].has(plain))
}

/** Whether a plain name is of a language other than English. */
export function isLocalised(plain: string): boolean {
  return localisedPriceOf(plain) !== undefined || LOCALISED_TIMES.has(plain)
}
