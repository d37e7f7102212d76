package mention

import "testing"

func TestChinese(t *testing.T) {
	for s, want := range map[string]int64{"三": 3, "两": 2, "十": 10, "十二": 12, "二十": 20, "二十一": 21, "一百零五": 105,
		"一百一十五": 115, "一百二十": 120, "两千三百": 2300, "一千零六": 1006, "一千零六十": 1060, "三万二千": 32000, "一万零五": 10005,
		"十二万": 120000, "百": 100, "千": 1000, "万": 10000, "二亿三千万": 230000000, "九千九百九十九": 9999} {
		if n, length, ok := chinese(s + "件"); !ok || n != want || length != len(s) {
			t.Errorf("%s: %d, %d bytes, %v; want %d", s, n, length, ok, want)
		}
	}
	for _, s := range []string{"三四", "一千二", "三百五", "二〇二三", "零", "〇", "十十", "百千", "一二", "万万", "三万二", "二十三四", "一百五六", "十百",
		"一零", "五零零", "一十百"} {
		if n, length, ok := chinese(s); ok || length != len(s) {
			t.Errorf("%s: read as %d (%d bytes), which it does not say", s, n, length)
		}
	}
}

func TestArabic(t *testing.T) {
	for s, want := range map[string]string{"125": "125", "4,237": "4237", "62,544.3758": "62544.3758", "14 069": "14069", "11 398 889": "11398889",
		"4 2 3 7": "4237", "1.2": "1.2", "0": "0", "0.092": "0.092", "007": "7"} {
		if n, _, length, ok := arabic(s + "条"); !ok || n.String() != want || length != len(s) {
			t.Errorf("%s: %s, %d bytes, %v; want %s", s, n, length, ok, want)
		}
	}
	for _, s := range []string{"1,23", "12 34", "1 234,567", "3.14.15", "0,123", "2022,2023", "12 5", "1234,567", "1234567890123456", "1.2,3"} {
		if n, _, length, ok := arabic(s + "条"); ok || length != len(s) {
			t.Errorf("%s: read as %s (%d bytes), which it does not say", s, n, length)
		}
	}
}
