package text

import (
	"strings"
	"sync"
)

// traditional pairs the traditional characters that occur in titles, in the common words of authorities' names and in the
// labels of the official forms with their simplified forms.
const traditional = `
	開开 報报 務务 關关 於于 區区 縣县 鎮镇 鄉乡 廳厅 辦办 處处 會会 員员 學学 業业 術术 職职 況况 總总
	結结 圖图 讀读 網网 決决 齡龄 體体 與与 條条 內内 發发 廢废 數数 現现 許许 罰罚 強强 費费 額额 單单
	萬万 請请 機机 構构 組组 織织 計计 轉转 屬属 國国 規规 範范 穩稳 護护 權权 類类 過过 執执 詢询 無无
	沒没 補补 確确 舉举 訴诉 訟讼 複复 復复 議议 當当 據据 項项 給给 維维 糾纠 審审 經经 後后 該该 為为
	實实 際际 製制 佈布 級级 種种 設设 採采 購购 錢钱 價价 資资 訊讯 號号 點点 題题 進进 運运 動动 標标
	準准 統统 歷历 曆历 歲岁 積积 減减 達达 適适 選选 還还 應应 對对 導导 負负 責责 貨货 買买 賣卖 質质
	監监 環环 衛卫 產产 農农 漁渔 輸输 車车 鐵铁 電电 氣气 書书 畫画 聲声 聞闻 視视 頻频 領领 專专 參参
	眾众 華华 豐丰 臺台 灣湾 島岛 東东 門门 鄭郑 陽阳 陰阴 陝陕 遼辽 寧宁 蘇苏 貴贵 雲云 龍龙 廣广 個个
	兩两 億亿 夠够 變变 證证 認认 獲获 繼继 續续 訪访 繳缴 納纳 崗岗 並并 從从 來来 們们 優优 傳传 偉伟
	備备 僅仅 儘尽 兒儿 冊册 劃划 勞劳 協协 園园 團团 場场 壓压 奪夺 嚴严 屆届 帶带 幫帮 幹干 庫库 張张
	彙汇 徵征 態态 慶庆 戶户 擔担 擴扩 攝摄 敗败 斷断 時时 晉晋 曉晓 檔档 檢检 歐欧 殺杀 湯汤 溝沟 測测
	漢汉 濟济 灘滩 煙烟 營营 爾尔 牆墙 獨独 瑪玛 瓊琼 畢毕 療疗 盤盘 盡尽 礦矿 祿禄 禮礼 稅税 窮穷 競竞
	紅红 紀纪 約约 純纯 細细 終终 絡络 綜综 綠绿 緊紧 線线 練练 縮缩 罷罢 聖圣 聯联 腳脚 舊旧 藝艺 藥药
	蘭兰 蟲虫 裝装 裡里 見见 覽览 觸触 訂订 訓训 記记 評评 試试 詳详 誠诚 語语 說说 調调 談谈 論论 諮咨
	謀谋 講讲 謝谢 譯译 讓让 財财 貢贡 貧贫 貫贯 貿贸 賀贺 賓宾 賞赏 賢贤 贊赞 趙赵 跡迹 軍军 較较 輔辅
	輕轻 辭辞 邊边 遞递 遠远 遷迁 郵邮 鄧邓 醫医 釋释 針针 鋼钢 錄录 錦锦 鍾钟 鎖锁 鏡镜 長长 閉闭 間间
	閩闽 閱阅 隊队 階阶 隨随 險险 雙双 雜杂 離离 難难 靜静 預预 頒颁 頗颇 頭头 顧顾 願愿 風风 飛飞 館馆
	馬马 駐驻 驗验 鬆松 魯鲁 鮮鲜 鳳凤 鴻鸿 麗丽 黃黄 黨党 齊齐 懷怀 樂乐 橋桥 滬沪 瀋沈 濱滨 岡冈 劉刘
	吳吴 陳陈 楊杨 鐘钟 鋪铺 峽峡 嶺岭 莊庄 葉叶 蔣蒋 蕭萧 衝冲 詞词 誌志 誤误 課课 諾诺 識识 賬账 償偿
	僑侨 儲储 剛刚 劑剂 勝胜 勵励 匯汇 厲厉 叢丛 嚮向 囑嘱 圍围 圓圆 塊块 墾垦 壯壮 夾夹 奮奋 妝妆 婦妇
	孫孙 寬宽 寶宝 將将 尋寻 層层 嶽岳 幣币 廠厂 彈弹 恆恒 戰战 挾挟 掃扫 損损 擊击 擇择 斂敛 暢畅 棄弃
	楓枫 榮荣 樓楼 樣样 樹树 橫横 歸归 毀毁 滅灭 滿满 漲涨 潔洁 濕湿 災灾 烏乌 燈灯 爭争 狀状 獎奖 畝亩
	異异 癥症 皺皱 睜睁 碼码 磚砖 禦御 稱称 穀谷 竊窃 築筑 籌筹 糧粮 紹绍 縱纵 義义 習习 聽听 肅肃 膽胆
	臨临 興兴 艦舰 莖茎 薦荐 蘊蕴 虛虚 蝦虾 覺觉 觀观 誰谁 諸诸 貸贷 賠赔 贈赠 躍跃 軌轨 載载 輛辆 輪轮
	轄辖 連连 遺遗 鄰邻 釐厘 鉛铅 銀银 銷销 鋒锋 鏈链 閒闲 陸陆 雖虽 霧雾 靈灵 響响 順顺 須须 頓顿 顏颜
	顯显 餘余 駛驶 騙骗 驚惊 魚鱼 鹽盐 麥麦 問问 簡简
`

// The block of Chinese characters that all pairs are of (Unicode: CJK Unified Ideographs).
const firstHanzi, lastHanzi = '\u4E00', '\u9FFF'

// simplified is the table of the pairs by traditional character, 0 for one that stays.
var simplified = sync.OnceValue(func() *[lastHanzi - firstHanzi + 1]rune {
	var table [lastHanzi - firstHanzi + 1]rune
	for pair := range strings.FieldsSeq(traditional) {
		r := []rune(pair)
		table[r[0]-firstHanzi] = r[1]
	}
	return &table
})

// Simplify turns the traditional characters of titles and labels into simplified ones, for comparing pages that a
// converter has gone over. It is no converter: characters outside its table stay as they are.
func Simplify(s string) string {
	table := simplified()
	simple := func(r rune) rune {
		if firstHanzi <= r && r <= lastHanzi && table[r-firstHanzi] != 0 {
			return table[r-firstHanzi]
		}
		return r
	}
	return strings.Map(simple, s) // gives s itself where nothing changes
}
